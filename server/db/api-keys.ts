import { prisma } from "#server/db/client";
import type { Prisma } from "#server/db/generated/client";

/** A key as stored: never the key itself. */
export interface ApiKeyRow {
  id: string;
  teamId: string;
  name: string;
  /** HMAC-SHA256 under the pepper, hex. */
  hash: string;
  prefix: string;
  lastFour: string;
  scopes: string[];
  logContent: boolean;
  requestsPerMinute: number | null;
  tokensPerMinute: number | null;
  concurrentRuns: number | null;
  /** True: it may use every saved tool; else those of `allowedToolIds`. */
  anyTool: boolean;
  allowedToolIds: string[];
  /** Saved tools of its requests that name none. */
  defaultToolIds: string[];
  createdById: string | null;
  createdAt: Date;
  expiresAt: Date | null;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
}

export type NewApiKey = Omit<ApiKeyRow, "lastUsedAt" | "revokedAt">;

export type ApiKeyChange = Partial<
  Pick<
    ApiKeyRow,
    | "name"
    | "scopes"
    | "logContent"
    | "requestsPerMinute"
    | "tokensPerMinute"
    | "concurrentRuns"
    | "anyTool"
    | "allowedToolIds"
    | "defaultToolIds"
    | "expiresAt"
    | "revokedAt"
  >
>;

/** Stores a new key. */
export async function insertApiKey(row: NewApiKey, tx: Prisma.TransactionClient = prisma()): Promise<void> {
  await tx.apiKey.create({ data: row });
}

/** The key of that hash in any state, or null. The one look-up that is not scoped by team: it finds the team. */
export async function findApiKeyByHash(hash: string): Promise<ApiKeyRow | null> {
  return prisma().apiKey.findUnique({ where: { hash } });
}

/** A team's key, or null. */
export async function findApiKey(
  key: { teamId: string; id: string },
  tx: Prisma.TransactionClient = prisma(),
): Promise<ApiKeyRow | null> {
  return tx.apiKey.findFirst({ where: key });
}

/** A team's keys, the newest first, after the cursor id when given; at most `limit`. */
export async function listApiKeys(input: {
  teamId: string;
  cursor: string | null;
  limit: number;
}): Promise<ApiKeyRow[]> {
  return prisma().apiKey.findMany({
    where: { teamId: input.teamId, ...(input.cursor ? { id: { lt: input.cursor } } : {}) },
    orderBy: { id: "desc" },
    take: input.limit,
  });
}

/** Changes a team's key. */
export async function updateApiKey(
  input: { teamId: string; id: string; change: ApiKeyChange },
  tx: Prisma.TransactionClient,
): Promise<ApiKeyRow> {
  return tx.apiKey.update({ where: { id: input.id, teamId: input.teamId }, data: input.change });
}

/** Notes that a key was used at `now`, unless that was noted after `before`. */
export async function touchApiKey(input: { id: string; now: Date; before: Date }): Promise<void> {
  await prisma().apiKey.updateMany({
    where: { id: input.id, OR: [{ lastUsedAt: null }, { lastUsedAt: { lt: input.before } }] },
    data: { lastUsedAt: input.now },
  });
}

/** Which saved tools a key may use, and which it uses unless told otherwise. */
export type KeyToolRow = Pick<ApiKeyRow, "id" | "name" | "anyTool" | "allowedToolIds" | "defaultToolIds">;

const MAX_KEYS_SHOWN = 1000;

/** What a team's live keys say of saved tools, the newest first, at most 1,000 keys. */
export async function listKeyTools(teamId: string): Promise<KeyToolRow[]> {
  return prisma().apiKey.findMany({
    where: { teamId, revokedAt: null },
    select: { id: true, name: true, anyTool: true, allowedToolIds: true, defaultToolIds: true },
    orderBy: { id: "desc" },
    take: MAX_KEYS_SHOWN,
  });
}
