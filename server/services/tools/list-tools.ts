import { z } from "zod";
import { requirePermission } from "#server/auth/permissions";
import { clock } from "#server/clock";
import { type KeyToolRow, listKeyTools } from "#server/db/api-keys";
import { computeToolUsage, type SavedToolUsage } from "#server/db/saved-tool-usage";
import { listSavedTools } from "#server/db/saved-tools";
import { hexFloorOf } from "#server/ids";
import type { ServiceContext } from "#server/services/context";
import { type ToolView, toToolView } from "#server/services/tools/tool-view";

export const ListToolsInput = z.object({ days: z.number().int().min(1).max(90).default(7) }).default({ days: 7 });

export interface ToolListRow extends ToolView {
  /** From the spans of its calls in the window; `calls` counts the newest 5,000 at most. */
  usage: Omit<SavedToolUsage, "toolId">;
  /** The API keys that may use it. People of the team always may. */
  usableBy: {
    /** True: no key is held to a list of tools. */
    everyKey: boolean;
    keys: { id: string; name: string; byDefault: boolean }[];
  };
}

const DAY_MS = 24 * 3600 * 1000;
const UNUSED = { lastUsedAt: null, calls: 0, errors: 0, p95Ms: null };

/** The team's saved tools by name, with what became of them in the last `days` and who may use them. */
export async function listTools({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: z.infer<typeof ListToolsInput>;
}): Promise<ToolListRow[]> {
  requirePermission(ctx.principal, "tools.read");
  const { teamId } = ctx.principal;
  const rows = await listSavedTools(teamId);
  if (rows.length === 0) return [];
  const fromId = hexFloorOf(clock().now() - input.days * DAY_MS);
  const toolIds = rows.map(({ id }) => id);
  const [usages, keys] = await Promise.all([computeToolUsage({ teamId, toolIds, fromId }), listKeyTools(teamId)]);
  const usageOf = new Map(usages.map(({ toolId, ...usage }) => [toolId, usage]));
  return rows.map((row) => ({
    ...toToolView(row),
    usage: usageOf.get(row.id) ?? UNUSED,
    usableBy: { everyKey: keys.every(({ anyTool }) => anyTool), keys: keysOf(row.id, keys) },
  }));
}

function keysOf(toolId: string, keys: readonly KeyToolRow[]): ToolListRow["usableBy"]["keys"] {
  return keys
    .filter(({ anyTool, allowedToolIds }) => anyTool || allowedToolIds.includes(toolId))
    .map(({ id, name, defaultToolIds }) => ({ id, name, byDefault: defaultToolIds.includes(toolId) }));
}
