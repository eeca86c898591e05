import { checkCountable } from "#server/protocol/input-tokens";
import type { ServiceContext } from "#server/services/context";
import { resolveModel } from "#server/services/models/resolve-model";
import { countInput, modelFacts } from "#server/services/responses/fit-input";
import { loadContext } from "#server/services/responses/load-context";
import { openForModel } from "#server/services/responses/open-for-model";
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
  const opened = await openForModel({ ctx, input: { request, context, tools, resolved, providerApiKey } });
  const asked = { request: { ...request, tools: opened.tools }, tools: opened.hosted, context: opened.context };
  const count = await countInput({ ctx, input: { ...asked, model: modelFacts(resolved) } });
  return { object: "response.input_tokens", input_tokens: count.total, estimated: count.estimated };
}
