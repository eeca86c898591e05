import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { recordAudit } from "#server/auth/audit";
import { requirePermission } from "#server/auth/permissions";
import { clock } from "#server/clock";
import { inTransaction } from "#server/db/client";
import { findSavedTool, type SavedToolRow, updateSavedTool } from "#server/db/saved-tools";
import { AppError } from "#server/errors";
import type { ServiceContext } from "#server/services/context";
import {
  changedDraft,
  requireOnlyEngine,
  requireTool,
  ToolChange,
  toNameError,
  withoutQuery,
} from "#server/services/tools/tool-rules";
import { openSecrets, sealSecrets, type ToolSecrets } from "#server/services/tools/tool-secrets";
import { type ToolView, toToolView } from "#server/services/tools/tool-view";

export const UpdateToolInput = ToolChange.extend({ id: z.string().max(100) });

/** What a test tells something of: its outcome means nothing any more once that has changed. */
function tested(settings: SavedToolRow["settings"], secrets: ToolSecrets) {
  return { oauth: null, ...settings, webSearch: null, allowedTools: null, requireApproval: null, secrets };
}

/**
 * Changes a tool; what is absent stays. Requests that come from now on use it as it is then. Of two changes at the same
 * moment one is refused: a secret must not go to an address that its giver has not seen.
 * @throws AppError not_found, invalid_value, missing_required_parameter, outbound_not_allowed, permission_denied
 */
export async function updateTool({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: z.infer<typeof UpdateToolInput>;
}): Promise<ToolView> {
  requirePermission(ctx.principal, "tools.manage");
  const { teamId } = ctx.principal;
  const { id, ...change } = input;
  const found = requireTool(await findSavedTool({ teamId, id }));
  const before = openSecrets(found);
  const draft = await changedDraft(found, before, change);
  await requireOnlyEngine(draft, { teamId, id });
  const { secrets, name, description, settings } = draft;
  const sealed = sealSecrets({ teamId, id }, secrets);
  const isOutdated = !isDeepStrictEqual(tested(settings, secrets), tested(found.settings, before));
  const cleared = isOutdated ? { lastTestAt: null, lastTestOk: null, lastTestNote: null } : {};
  const enabled = change.enabled === undefined ? {} : { enabled: change.enabled };
  const stored = { name, description, settings, ...enabled, ...sealed, ...cleared };
  try {
    const row = await inTransaction(async (tx) => {
      const asOf = found.updatedAt;
      const updatedAt = new Date(Math.max(clock().now(), asOf.getTime() + 1));
      const changed = await updateSavedTool({ teamId, id, asOf, change: { ...stored, updatedAt } }, tx);
      if (changed === null) throw new AppError("invalid_value", "The tool was changed or deleted meanwhile.");
      const detail = { name, url: withoutQuery(changed.settings.url), changed: Object.keys(change) };
      await recordAudit(ctx.principal, { action: "tool.update", resourceId: id, detail }, tx);
      return changed;
    });
    return toToolView(row);
  } catch (error) {
    throw toNameError(error, name);
  }
}
