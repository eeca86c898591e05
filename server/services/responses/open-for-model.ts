import type { ServiceContext } from "#server/services/context";
import { openAdditionalTools, type ToolsInForceInput } from "#server/services/responses/additional-tools";
import { openClientRun } from "#server/services/responses/open-client-run";
import { openHosted } from "#server/services/responses/open-hosted";

export interface OpenForModelInput extends ToolsInForceInput {
  /** The caller's own provider key, for this request alone. */
  providerApiKey: string | null;
}

/**
 * Everything of a request's tools that hangs on its context and its model: what items bring, what runs here, and what is
 * told to the model. `tools`, `toolChoice` and `context` are for the model; `request` is as its response shows it.
 * @throws AppError as {@link openAdditionalTools}, {@link openHosted} and {@link openClientRun}
 */
export async function openForModel({ ctx, input }: { ctx: ServiceContext; input: OpenForModelInput }) {
  const { resolved, providerApiKey } = input;
  const inForce = await openAdditionalTools(ctx, input);
  const { inInput } = inForce;
  const hosted = await openHosted({ ctx, input: { ...inForce, resolved, providerApiKey } });
  const { request, tools, lists, approved } = hosted;
  const told = hosted.otherTools.filter((tool) => !inInput.has(tool));
  const { context } = hosted;
  const model = resolved.languageModel;
  const own = await openClientRun({ ...inForce, tools: told, context, model, signal: ctx.signal });
  return { request, hosted: tools, lists, approved, inInput, ...own };
}
