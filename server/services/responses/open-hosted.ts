import type { ServiceContext } from "#server/services/context";
import { openCodeInterpreter } from "#server/services/responses/open-code-interpreter";
import { type ImageGenerationInput, openImageGeneration } from "#server/services/responses/open-image-generation";
import { type OpenedMcp, openMcp } from "#server/services/responses/open-mcp";
import { openWebSearch } from "#server/services/responses/open-web-search";
import { requireVendorTools } from "#server/services/responses/vendor-tools";

/**
 * Makes those of OpenAI's tools that run here wherever the model's provider does not run them itself, and refuses what
 * neither of the two runs.
 * @throws AppError as {@link openImageGeneration}, {@link openWebSearch}, {@link openCodeInterpreter},
 *   {@link requireVendorTools} and {@link openMcp}
 */
export async function openHosted({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: ImageGenerationInput;
}): Promise<OpenedMcp> {
  const model = input.resolved.languageModel;
  const drawing = { ...input, model, ...(await openImageGeneration({ ctx, input })) };
  const searching = { ...drawing, ...(await openWebSearch({ ctx, input: drawing })) };
  const opened = { ...searching, ...(await openCodeInterpreter({ ctx, input: searching })) };
  await requireVendorTools(opened, model, ctx.signal);
  return openMcp({ ctx, input: opened });
}
