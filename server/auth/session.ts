import { LRUCache } from "lru-cache";
import { decode } from "next-auth/jwt";
import { parseCookies } from "#server/auth/cookies";
import { inBackground } from "#server/auth/in-background";
import { secrets } from "#server/auth/secrets";
import { clock } from "#server/clock";
import { config } from "#server/config";
import { mapDatabaseError } from "#server/db/database-errors";
import { publish, subscribe } from "#server/db/notify";
import { findSession, revokeSessionOf, type SessionRow, touchSession } from "#server/db/sessions";

/** Who is signed in, on which session. */
export interface SessionIdentity {
  userId: string;
  sessionId: string;
  /** The team last chosen on this session; counts only where a Membership row agrees. */
  wantedTeamId: string | null;
}

interface SessionCache {
  rows: LRUCache<string, { row: SessionRow | null; checkedAt: number }>;
  stopListening: () => void;
}

const CHANNEL = "rejoinder_session";
const TOUCH_INTERVAL_MS = 60_000;

const holder = globalThis as typeof globalThis & { rejoinderSessions?: SessionCache };

function cache(): SessionCache {
  holder.rejoinderSessions ??= {
    rows: new LRUCache({ max: 20_000 }),
    stopListening: subscribe(CHANNEL, (sessionId) => holder.rejoinderSessions?.rows.delete(sessionId)),
  };
  return holder.rejoinderSessions;
}

/** True when cookies are sent over https only: PUBLIC_URL says so. */
export function usesSecureCookies(): boolean {
  return config().PUBLIC_URL?.startsWith("https://") ?? false;
}

/** Name of the session cookie, as next-auth spells it. */
export function sessionCookieName(): string {
  return usesSecureCookies() ? "__Secure-next-auth.session-token" : "next-auth.session-token";
}

/**
 * The signed-in person of a Cookie header, or null. The cookie alone proves nothing: the Session row behind it, at most
 * SESSION_CACHE_SECONDS old, must be neither revoked nor over.
 * @throws AppError database_unavailable
 */
export async function readSession(cookieHeader: string | null): Promise<SessionIdentity | null> {
  const token = await decodeToken(parseCookies(cookieHeader)[sessionCookieName()]);
  if (typeof token?.sub !== "string" || typeof token.sid !== "string") return null;
  const row = await currentRow(token.sid);
  if (!row || row.userId !== token.sub || !isLive(row)) return null;
  noteSessionUse(row);
  return { userId: row.userId, sessionId: row.id, wantedTeamId: row.activeTeamId };
}

/** True while the session of that id counts. */
export async function isSessionLive(sessionId: string): Promise<boolean> {
  const row = await currentRow(sessionId);
  return row !== null && isLive(row);
}

/** Ends a session: its person signed out. Nothing happens when it has ended already. */
export async function endSession(session: { userId: string; sessionId: string }): Promise<void> {
  await revokeSessionOf({ ...session, now: new Date(clock().now()) });
  invalidateSessions([session.sessionId]);
}

/** Makes this node forget sessions at once, and the others as soon as the notice reaches them. */
export function invalidateSessions(sessionIds: string[]): void {
  for (const sessionId of sessionIds) {
    cache().rows.delete(sessionId);
    inBackground(publish(CHANNEL, sessionId));
  }
}

/** Drops everything known and stops listening (tests, shutdown). */
export function clearSessionCache(): void {
  holder.rejoinderSessions?.stopListening();
  holder.rejoinderSessions = undefined;
}

async function decodeToken(token: string | undefined) {
  if (!token) return null;
  try {
    return await decode({ token, secret: secrets().sessionSecret });
  } catch {
    return null;
  }
}

function isLive(row: SessionRow): boolean {
  return row.revokedAt === null && row.expiresAt.getTime() > clock().now();
}

async function currentRow(sessionId: string): Promise<SessionRow | null> {
  const { rows } = cache();
  const now = clock().now();
  const known = rows.get(sessionId);
  if (known && now - known.checkedAt < config().SESSION_CACHE_SECONDS) return known.row;
  try {
    const row = await findSession(sessionId);
    rows.set(sessionId, { row, checkedAt: now });
    return row;
  } catch (error) {
    throw mapDatabaseError(error);
  }
}

function noteSessionUse(row: SessionRow): void {
  const now = clock().now();
  if (now - row.lastSeenAt.getTime() < TOUCH_INTERVAL_MS) return;
  row.lastSeenAt = new Date(now);
  inBackground(touchSession(row.id, row.lastSeenAt));
}
