import { recordAudit } from "#server/auth/audit";
import { requirePermission } from "#server/auth/permissions";
import { clock } from "#server/clock";
import { config } from "#server/config";
import { inTransaction, type TransactionClient } from "#server/db/client";
import { countSavedTools, insertSavedTool, type SavedToolRow } from "#server/db/saved-tools";
import { AppError } from "#server/errors";
import { newId } from "#server/ids";
import type { ServiceContext } from "#server/services/context";
import {
  draftOf,
  type NewTool,
  requireOnlyEngine,
  type ToolDraft,
  toNameError,
  withoutQuery,
} from "#server/services/tools/tool-rules";
import { sealSecrets } from "#server/services/tools/tool-secrets";
import { type ToolView, toToolView } from "#server/services/tools/tool-view";

/**
 * Saves a tool. Its secrets are stored encrypted and never shown again.
 * @throws AppError invalid_value, missing_required_parameter, outbound_not_allowed, permission_denied
 */
export async function createTool({ ctx, input }: { ctx: ServiceContext; input: NewTool }): Promise<ToolView> {
  requirePermission(ctx.principal, "tools.manage");
  const draft = await draftOf(input);
  await requireOnlyEngine(draft, { teamId: ctx.principal.teamId, id: null });
  try {
    const row = await inTransaction((tx) => addTool(ctx, { draft, enabled: input.enabled ?? true }, tx));
    return toToolView(row);
  } catch (error) {
    throw toNameError(error, input.name);
  }
}

/**
 * Adds a checked tool, and notes who did.
 * @throws AppError invalid_value when the team has as many as it may; a unique violation for a taken name
 */
export async function addTool(
  { principal }: ServiceContext,
  { draft, enabled }: { draft: ToolDraft; enabled: boolean },
  tx: TransactionClient,
): Promise<SavedToolRow> {
  const { teamId } = principal;
  await requireRoom(teamId, tx);
  const now = new Date(clock().now());
  const { secrets, ...settled } = draft;
  const id = newId("savedTool");
  const row: SavedToolRow = {
    ...settled,
    ...{ teamId, id, enabled, credentialKind: "static", ...sealSecrets({ teamId, id }, secrets) },
    ...{ lastTestAt: null, lastTestOk: null, lastTestNote: null, createdAt: now, updatedAt: now },
  };
  await insertSavedTool(row, tx);
  const detail = { name: row.name, kind: row.kind, url: withoutQuery(row.settings.url) };
  await recordAudit(principal, { action: "tool.create", resourceId: id, detail }, tx);
  return row;
}

async function requireRoom(teamId: string, tx: TransactionClient): Promise<void> {
  const { SAVED_TOOLS_PER_TEAM: most } = config();
  if ((await countSavedTools(teamId, tx)) < most) return;
  throw new AppError("invalid_value", `A team can save ${most} tools. Remove one that is not used.`, { param: "name" });
}
