import { z } from "zod";
import { requirePermission } from "#server/auth/permissions";
import { findSavedTool } from "#server/db/saved-tools";
import type { ServiceContext } from "#server/services/context";
import { requireTool } from "#server/services/tools/tool-rules";
import { type ToolView, toToolView } from "#server/services/tools/tool-view";

export const GetToolInput = z.object({ id: z.string().max(100) });

/**
 * A saved tool.
 * @throws AppError not_found, permission_denied
 */
export async function getTool({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: z.infer<typeof GetToolInput>;
}): Promise<ToolView> {
  requirePermission(ctx.principal, "tools.read");
  return toToolView(requireTool(await findSavedTool({ teamId: ctx.principal.teamId, id: input.id })));
}
