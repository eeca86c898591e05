import { clock } from "#server/clock";
import { prisma, type TransactionClient } from "#server/db/client";
import type { Prisma } from "#server/db/generated/client";
import { mapped } from "#server/db/mapped";
import { HttpToolSettings, McpServerSettings } from "#server/protocol/saved-tools";

/** What each kind must know and is no secret. */
export type SavedToolSettings =
  | { kind: "mcp"; settings: McpServerSettings }
  | { kind: "http"; settings: HttpToolSettings };

export type SavedToolRow = SavedToolSettings & {
  teamId: string;
  id: string;
  /** Of an MCP server its label, of a function what models call it. */
  name: string;
  description: string | null;
  enabled: boolean;
  /** How it proves who it is: `static`, values that are sent as they are. */
  credentialKind: string;
  /** Encrypted; never leaves the server. */
  secret: string | null;
  /** `header:<name>` and `query:<name>` of what is in it. */
  secretNames: string[];
  lastTestAt: Date | null;
  lastTestOk: boolean | null;
  lastTestNote: string | null;
  createdAt: Date;
  updatedAt: Date;
};

export type SavedToolChange = Partial<
  Pick<
    SavedToolRow,
    | "name"
    | "description"
    | "enabled"
    | "settings"
    | "secret"
    | "secretNames"
    | "lastTestAt"
    | "lastTestOk"
    | "lastTestNote"
    | "updatedAt"
  >
>;

type Key = { teamId: string; id: string };
type Stored = Omit<SavedToolRow, "kind" | "settings"> & { kind: string; settings: unknown };

function toRow({ kind, settings, ...rest }: Stored): SavedToolRow {
  return kind === "mcp"
    ? { ...rest, kind, settings: McpServerSettings.parse(settings) }
    : { ...rest, kind: "http", settings: HttpToolSettings.parse(settings) };
}

function toJson(settings: SavedToolRow["settings"]): Prisma.InputJsonObject {
  return settings as Prisma.InputJsonObject;
}

/** A team's saved tools by name, all of them or those of these names. */
export async function listSavedTools(teamId: string, names?: readonly string[]): Promise<SavedToolRow[]> {
  const where = { teamId, ...(names && { name: { in: [...names] } }) };
  const rows = await mapped(() => prisma().savedTool.findMany({ where, orderBy: { name: "asc" } }));
  return rows.map(toRow);
}

/** Those of a team's saved tools that have one of these ids, by name. */
export async function findSavedTools(
  { teamId, ids }: { teamId: string; ids: readonly string[] },
  tx: TransactionClient = prisma(),
): Promise<SavedToolRow[]> {
  const where = { teamId, id: { in: [...ids] } };
  return (await mapped(() => tx.savedTool.findMany({ where, orderBy: { name: "asc" } }))).map(toRow);
}

/** The team's saved tool of that id, or null. */
export async function findSavedTool(
  { teamId, id }: Key,
  tx: TransactionClient = prisma(),
): Promise<SavedToolRow | null> {
  const row = await mapped(() => tx.savedTool.findUnique({ where: { teamId_id: { teamId, id } } }));
  return row && toRow(row);
}

/** How many a team has. */
export async function countSavedTools(teamId: string, tx: TransactionClient): Promise<number> {
  return tx.savedTool.count({ where: { teamId } });
}

/** Adds a tool. A name that the team has already is a unique violation. */
export async function insertSavedTool(row: SavedToolRow, tx: TransactionClient): Promise<void> {
  await tx.savedTool.create({ data: { ...row, settings: toJson(row.settings) } });
}

/**
 * Changes what `change` names; the changed row, or null when the team has no such tool. With `asOf`: only while it stands as
 * it was last changed then.
 */
export async function updateSavedTool(
  { teamId, id, asOf, change }: Key & { asOf?: Date; change: SavedToolChange },
  tx: TransactionClient = prisma(),
): Promise<SavedToolRow | null> {
  const { settings, ...rest } = change;
  const data = { ...rest, ...(settings && { settings: toJson(settings) }) };
  const { count } = await tx.savedTool.updateMany({ where: { teamId, id, ...(asOf && { updatedAt: asOf }) }, data });
  return count === 0 ? null : findSavedTool({ teamId, id }, tx);
}

/** Removes a tool, also from the keys that name it; false when the team has none of that id. */
export async function deleteSavedTool({ teamId, id }: Key, tx: TransactionClient): Promise<boolean> {
  const { count } = await tx.savedTool.deleteMany({ where: { teamId, id } });
  if (count === 0) return false;
  await tx.$executeRaw`
    UPDATE api_key SET allowed_tool_ids = array_remove(allowed_tool_ids, ${id}),
      default_tool_ids = array_remove(default_tool_ids, ${id})
    WHERE team_id = ${teamId} AND (${id} = ANY (allowed_tool_ids) OR ${id} = ANY (default_tool_ids))`;
  return true;
}

/** Notes with a tool what was found wrong with it in use, as a failed test of it does. */
export async function noteSavedToolFault({ teamId, id }: Key, note: string): Promise<void> {
  const change = { lastTestAt: new Date(clock().now()), lastTestOk: false, lastTestNote: note.slice(0, 500) };
  await mapped(() => updateSavedTool({ teamId, id, change }));
}
