import { prisma, type TransactionClient } from "#server/db/client";
import { mapped } from "#server/db/mapped";

export interface OauthClientRow {
  teamId: string;
  toolId: string;
  /** It is known to this server's authorization server, with this address to come back to. */
  serverUrl: string;
  redirectUrl: string;
  clientId: string;
  /** Encrypted; never leaves the server. */
  secret: string;
  /** True: somebody registered it and entered it here. */
  entered: boolean;
}

export interface OauthAttemptRow {
  stateHash: string;
  teamId: string;
  toolId: string;
  /** Whose account it will be; `""`: the team's. */
  userId: string;
  sessionId: string;
  serverUrl: string;
  redirectUrl: string;
  /** True: its client was registered by hand. */
  isEntered: boolean;
  /** Encrypted; never leaves the server. */
  secret: string;
  expiresAt: Date;
}

type Tool = { teamId: string; toolId: string };

/** The client that a tool's accounts are connected by, or null. */
export async function findOauthClient({ teamId, toolId }: Tool): Promise<OauthClientRow | null> {
  const where = { teamId_toolId: { teamId, toolId } };
  return mapped(() => prisma().mcpOauthClient.findUnique({ where }));
}

/** Puts a client in the place of the one there was. */
export async function putOauthClient(row: OauthClientRow, tx: TransactionClient): Promise<void> {
  const { teamId, toolId } = row;
  await tx.mcpOauthClient.upsert({ where: { teamId_toolId: { teamId, toolId } }, create: row, update: row });
}

/** Stores a way to an account that has begun, and clears away those that ran out. */
export async function insertOauthAttempt(row: OauthAttemptRow, now: Date, tx: TransactionClient): Promise<void> {
  await tx.mcpOauthAttempt.deleteMany({ where: { expiresAt: { lte: now } } });
  await tx.mcpOauthAttempt.create({ data: row });
}

/** Uses an attempt up: of several callers one gets it. null: unknown, used, over, or another session's or team's. */
export async function takeOauthAttempt(
  { stateHash, ...bound }: Pick<OauthAttemptRow, "stateHash" | "sessionId" | "teamId">,
  now: Date,
): Promise<OauthAttemptRow | null> {
  return mapped(async () => {
    const row = await prisma().mcpOauthAttempt.findFirst({ where: { stateHash, ...bound, expiresAt: { gt: now } } });
    if (!row) return null;
    const { count } = await prisma().mcpOauthAttempt.deleteMany({ where: { stateHash } });
    return count === 1 ? row : null;
  });
}
