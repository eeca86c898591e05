import { prisma, type TransactionClient } from "#server/db/client";
import { mapped } from "#server/db/mapped";

/** Whose account at a team's saved server: a member's, or with `""` that of the whole team. */
export interface AccountKey {
  teamId: string;
  toolId: string;
  userId: string;
}

export interface OauthAccountRow extends AccountKey {
  /** Another with each consent. */
  grantId: string;
  /** The tokens are for this address. */
  serverUrl: string;
  /** Encrypted; never leaves the server. */
  secret: string;
  scope: string | null;
  status: "connected" | "needs_reconnect";
  /** Why it must be connected again. */
  note: string | null;
  /** Counts the changes of its tokens. */
  version: number;
  /** null: the authorization server did not say. */
  expiresAt: Date | null;
  connectedById: string;
  connectedAt: Date;
}

type Stored = Omit<OauthAccountRow, "status"> & { status: string; leaseUntil: Date | null };

function toRow({ leaseUntil: _, status, ...rest }: Stored): OauthAccountRow {
  return { ...rest, status: status === "connected" ? status : "needs_reconnect" };
}

function where({ teamId, toolId, userId }: AccountKey) {
  return { teamId_toolId_userId: { teamId, toolId, userId } };
}

/** The account, or null. A member's counts as long as they are one. */
export async function findOauthAccount(key: AccountKey): Promise<OauthAccountRow | null> {
  const row = await mapped(() => prisma().mcpOauthAccount.findUnique({ where: where(key) }));
  return row && toRow(row);
}

/** Puts an account in the place of the one there was. */
export async function putOauthAccount(row: OauthAccountRow, tx: TransactionClient): Promise<void> {
  const data = { ...row, leaseUntil: null };
  await tx.mcpOauthAccount.upsert({ where: where(row), create: data, update: data });
}

/** Removes an account and gives what it was; null when there was none. */
export async function takeOauthAccount(key: AccountKey, tx: TransactionClient): Promise<OauthAccountRow | null> {
  const row = await tx.mcpOauthAccount.findUnique({ where: where(key) });
  if (!row) return null;
  const { count } = await tx.mcpOauthAccount.deleteMany({ where: { ...keyOf(key), version: row.version } });
  return count === 1 ? toRow(row) : null;
}

function keyOf({ teamId, toolId, userId }: AccountKey): AccountKey {
  return { teamId, toolId, userId };
}

/** Removes the accounts that somebody has connected for themselves at a team's servers. */
export async function deleteMemberAccounts(member: { teamId: string; userId: string }, tx: TransactionClient) {
  await tx.mcpOauthAccount.deleteMany({ where: member });
}

type Version = Pick<OauthAccountRow, "teamId" | "toolId" | "userId" | "grantId" | "version">;

function versionOf({ grantId, version, ...key }: Version) {
  return { ...keyOf({ ...key }), grantId, version };
}

/**
 * Takes the renewal of these very tokens for one caller, until it settles it or the lease ends. False: somebody else has
 * it, or they are others by now.
 */
export async function leaseOauthAccount(account: Version, times: { now: Date; until: Date }): Promise<boolean> {
  const { count } = await mapped(() =>
    prisma().mcpOauthAccount.updateMany({
      where: {
        ...versionOf(account),
        status: "connected",
        OR: [{ leaseUntil: null }, { leaseUntil: { lte: times.now } }],
      },
      data: { leaseUntil: times.until },
    }),
  );
  return count === 1;
}

/** Ends a lease with what came of it. False: the account has been connected anew, or is gone. */
export async function settleOauthAccount(
  account: Version,
  change: Partial<Pick<OauthAccountRow, "secret" | "expiresAt" | "scope" | "status" | "note">>,
): Promise<boolean> {
  const { count } = await mapped(() =>
    prisma().mcpOauthAccount.updateMany({
      where: versionOf(account),
      data: { ...change, leaseUntil: null, ...(change.secret === undefined ? {} : { version: { increment: 1 } }) },
    }),
  );
  return count === 1;
}
