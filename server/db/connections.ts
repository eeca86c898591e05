import { z } from "zod";
import { prisma } from "#server/db/client";
import type { Prisma } from "#server/db/generated/client";
import { mapped } from "#server/db/mapped";

const StoredSettings = z.object({ region: z.string(), location: z.string(), project: z.string() }).partial();

export interface ConnectionRow {
  id: string;
  teamId: string;
  /** Before the slash in `connection/model`. */
  name: string;
  kind: string;
  baseUrl: string | null;
  /** Encrypted; never leaves the server. */
  secret: string | null;
  /** The key's last four characters. */
  secretHint: string | null;
  models: string[];
  /** Which of OpenAI's two APIs its server is asked by: `auto`, `responses` or `chat`. */
  wire: string;
  /** What its vendor must know besides and is no secret. */
  settings: z.infer<typeof StoredSettings>;
  /** Order in which connections are asked for a plain model name. */
  position: number;
  lastTestAt: Date | null;
  lastTestOk: boolean | null;
  lastTestNote: string | null;
  createdAt: Date;
  updatedAt: Date;
}

export type NewConnection = Omit<ConnectionRow, "lastTestAt" | "lastTestOk" | "lastTestNote">;

export type ConnectionChange = Partial<
  Pick<
    ConnectionRow,
    | "name"
    | "baseUrl"
    | "secret"
    | "secretHint"
    | "models"
    | "wire"
    | "settings"
    | "position"
    | "lastTestAt"
    | "lastTestOk"
    | "lastTestNote"
    | "updatedAt"
  >
>;

type Key = { teamId: string; id: string };
type StoredConnection = Omit<ConnectionRow, "settings"> & { settings: unknown };

function toRow(stored: StoredConnection): ConnectionRow {
  return { ...stored, settings: StoredSettings.parse(stored.settings) };
}

/** A team's connections in the order in which they are asked. */
export async function listConnections(teamId: string): Promise<ConnectionRow[]> {
  const rows = await mapped(() =>
    prisma().providerConnection.findMany({ where: { teamId }, orderBy: [{ position: "asc" }, { id: "asc" }] }),
  );
  return rows.map(toRow);
}

/** The team's connection of that id, or null. */
export async function findConnection(
  { teamId, id }: Key,
  tx: Prisma.TransactionClient = prisma(),
): Promise<ConnectionRow | null> {
  const row = await tx.providerConnection.findFirst({ where: { teamId, id } });
  return row && toRow(row);
}

/** The position after the team's last connection. */
export async function nextPosition(teamId: string, tx: Prisma.TransactionClient): Promise<number> {
  const { _max } = await tx.providerConnection.aggregate({ where: { teamId }, _max: { position: true } });
  return (_max.position ?? -1) + 1;
}

/** Adds a connection. A name that the team has already is a unique violation. */
export async function insertConnection(row: NewConnection, tx: Prisma.TransactionClient): Promise<ConnectionRow> {
  return toRow(await tx.providerConnection.create({ data: row }));
}

/** Changes what `change` names; the changed row, or null when the team has no such connection. */
export async function updateConnection(
  { teamId, id, change }: Key & { change: ConnectionChange },
  tx: Prisma.TransactionClient = prisma(),
): Promise<ConnectionRow | null> {
  const { count } = await tx.providerConnection.updateMany({ where: { teamId, id }, data: change });
  return count === 0 ? null : findConnection({ teamId, id }, tx);
}

/** Removes a connection; false when the team has none of that id. */
export async function deleteConnection({ teamId, id }: Key, tx: Prisma.TransactionClient): Promise<boolean> {
  const { count } = await tx.providerConnection.deleteMany({ where: { teamId, id } });
  return count > 0;
}
