import type { ApiKeyRow } from "#server/db/api-keys";
import type { TransactionClient } from "#server/db/client";
import { findSavedTools } from "#server/db/saved-tools";
import { AppError } from "#server/errors";

type KeyTools = Pick<ApiKeyRow, "anyTool" | "allowedToolIds" | "defaultToolIds">;

/** What is said of a key's saved tools: null allows all of them; what is absent stays. */
export interface KeyToolsChange {
  allowedToolIds?: string[] | null | undefined;
  defaultToolIds?: string[] | undefined;
}

/** Every saved tool, and none unless it is named. */
export const ANY_TOOL: KeyTools = { anyTool: true, allowedToolIds: [], defaultToolIds: [] };

/**
 * A key's saved tools after a change. Those that it uses by default are among those that it may use.
 * @throws AppError not_found for a tool that is absent or another team's; invalid_value
 */
export async function changeKeyTools(
  before: KeyTools,
  { teamId, change }: { teamId: string; change: KeyToolsChange },
  tx: TransactionClient,
): Promise<KeyTools> {
  const allowed = change.allowedToolIds;
  const after: KeyTools = {
    anyTool: allowed === undefined ? before.anyTool : allowed === null,
    allowedToolIds: allowed === undefined ? before.allowedToolIds : [...new Set(allowed)],
    defaultToolIds: [...new Set(change.defaultToolIds ?? before.defaultToolIds)],
  };
  const named = new Set([...(allowed ?? []), ...(change.defaultToolIds ?? [])]);
  const found = await findSavedTools({ teamId, ids: [...named] }, tx);
  if (found.length < named.size) throw new AppError("not_found", "No such tool.", { param: "allowedToolIds" });
  if (!after.anyTool && after.defaultToolIds.some((id) => !after.allowedToolIds.includes(id))) {
    throw new AppError("invalid_value", "A tool that the key uses by default must be one that it may use.", {
      param: "defaultToolIds",
    });
  }
  return after;
}
