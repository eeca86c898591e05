import { z } from "zod";
import { requirePermission } from "#server/auth/permissions";
import { clock } from "#server/clock";
import { computeCallUsage, type ToolCallUsage } from "#server/db/saved-tool-usage";
import { findSavedTool } from "#server/db/saved-tools";
import { hexFloorOf } from "#server/ids";
import type { ServiceContext } from "#server/services/context";
import { GetToolInput } from "#server/services/tools/get-tool";
import { requireTool } from "#server/services/tools/tool-rules";

export const GetToolUsageInput = GetToolInput.extend({ days: z.number().int().min(1).max(90).default(7) });

const DAY_MS = 24 * 3600 * 1000;

/**
 * How the functions of a saved tool were called in the last `days`, by the names that traces know them by, the most
 * called first.
 * @throws AppError not_found, permission_denied
 */
export async function getToolUsage({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: z.infer<typeof GetToolUsageInput>;
}): Promise<ToolCallUsage[]> {
  requirePermission(ctx.principal, "tools.read");
  const { teamId } = ctx.principal;
  const { id: toolId } = requireTool(await findSavedTool({ teamId, id: input.id }));
  return computeCallUsage({ teamId, toolId, fromId: hexFloorOf(clock().now() - input.days * DAY_MS) });
}
