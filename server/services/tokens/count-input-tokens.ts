import { checkCountable } from "#server/protocol/input-tokens";
import type { ServiceContext } from "#server/services/context";
import { resolveModel } from "#server/services/models/resolve-model";
import { openAdditionalTools } from "#server/services/responses/additional-tools";
import { countInput, modelFacts } from "#server/services/responses/fit-input";
import { loadContext } from "#server/services/responses/load-context";
import { openClientRun } from "#server/services/responses/open-client-run";
import { openHosted } from "#server/services/responses/open-hosted";
import { openTools } from "#server/services/responses/open-tools";
import { asksForNoStore } from "#server/services/responses/prepare-response";
import { readRequest } from "#server/services/responses/read-request";

export interface CountInputTokensInput {
  /** The parsed JSON body, as it came: that of a response. */
  body: unknown;
  /** `x-model-provider`. */
  providerHeader: string | null;
  /** `x-provider-api-key`: used for this request, kept nowhere. */
  providerApiKey: string | null;
}

export interface InputTokens {
  object: "response.input_tokens";
  input_tokens: number;
  /** True when it is not a count by the model's own tokenizer, or holds more than text. */
  estimated: boolean;
}

/**
 * How many tokens a response with this body would read: input, history, instructions, tools and format.
 * @throws AppError for every way in which such a request can be refused before it runs
 */
export async function countInputTokens({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: CountInputTokensInput;
}): Promise<InputTokens> {
  if (asksForNoStore(input.body)) ctx.trace.dropContent();
  checkCountable(input.body);
  const request = await readRequest({ ctx, input: { body: input.body } });
  const { providerHeader, providerApiKey } = input;
  const resolving = resolveModel({ ctx, input: { model: request.model, providerHeader, providerApiKey } });
  const [resolved, context, tools] = await Promise.all([
    resolving,
    loadContext({ ctx, input: { ...request, memory: null } }),
    openTools({ ctx, input: { tools: request.tools, model: () => resolving } }),
  ]);
  const model = resolved.languageModel;
  const inForce = await openAdditionalTools(ctx, { request, context, tools, resolving });
  const opened = await openHosted({ ctx, input: { ...inForce, resolved, providerApiKey } });
  const told = opened.otherTools.filter((tool) => !inForce.inInput.has(tool));
  const own = await openClientRun({ ...inForce, tools: told, context: opened.context, model, signal: ctx.signal });
  const asked = { request: { ...request, tools: own.tools }, tools: opened.tools, context: own.context };
  const count = await countInput({ ctx, input: { ...asked, model: modelFacts(resolved) } });
  return { object: "response.input_tokens", input_tokens: count.total, estimated: count.estimated };
}
