import type { ServiceContext } from "#server/services/context";
import { type McpInput, type OpenedMcp, openMcp } from "#server/services/responses/open-mcp";
import { openWebSearch } from "#server/services/responses/open-web-search";
import { requireVendorTools } from "#server/services/responses/vendor-tools";

/**
 * Makes those of OpenAI's tools that run here wherever the model's provider does not run them itself, and refuses what
 * neither of the two runs.
 * @throws AppError as {@link openWebSearch}, {@link requireVendorTools} and {@link openMcp}
 */
export async function openHosted({ ctx, input }: { ctx: ServiceContext; input: McpInput }): Promise<OpenedMcp> {
  const opened = { ...input, ...(await openWebSearch({ ctx, input })) };
  await requireVendorTools(opened, input.model, ctx.signal);
  return openMcp({ ctx, input: opened });
}
