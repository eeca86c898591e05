import type { SavedToolRow } from "#server/db/saved-tools";
import type { HttpToolSettings, McpServerSettings, SavedToolKind } from "#server/protocol/saved-tools";
import { withoutUrlSecrets } from "#server/protocol/server-url";
import { configuredNames } from "#server/services/tools/tool-secrets";

/** A saved tool as it is shown: of its secrets only the names. */
export interface ToolView {
  id: string;
  kind: SavedToolKind;
  name: string;
  description: string | null;
  enabled: boolean;
  /** Of its kind; the other is null. */
  mcp: McpServerSettings | null;
  http: HttpToolSettings | null;
  /** Headers and query parameters whose values are kept and never shown. */
  secretHeaders: string[];
  secretQuery: string[];
  lastTestAt: Date | null;
  lastTestOk: boolean | null;
  lastTestNote: string | null;
  createdAt: Date;
  updatedAt: Date;
}

/** What of a stored tool is shown. */
export function toToolView(row: SavedToolRow): ToolView {
  const { id, name, description, enabled, lastTestAt, lastTestOk, lastTestNote, createdAt, updatedAt } = row;
  return {
    ...{ id, kind: row.kind, name, description, enabled },
    mcp: row.kind === "mcp" ? { ...row.settings, url: withoutUrlSecrets(row.settings.url) } : null,
    http: row.kind === "http" ? row.settings : null,
    secretHeaders: configuredNames(row.secretNames, "header"),
    secretQuery: configuredNames(row.secretNames, "query"),
    ...{ lastTestAt, lastTestOk, lastTestNote, createdAt, updatedAt },
  };
}
