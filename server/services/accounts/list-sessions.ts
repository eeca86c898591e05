import type { SessionIdentity } from "#server/auth/session";
import { clock } from "#server/clock";
import { listLiveSessions } from "#server/db/sessions";

export interface SessionView {
  id: string;
  userAgent: string | null;
  address: string | null;
  createdAt: Date;
  lastSeenAt: Date;
  /** True for the session that asks. */
  current: boolean;
}

/** The person's own live sessions, last used first. */
export async function listSessions({ session }: { session: SessionIdentity }): Promise<SessionView[]> {
  const rows = await listLiveSessions(session.userId, new Date(clock().now()));
  return rows.map(({ id, userAgent, address, createdAt, lastSeenAt }) => ({
    ...{ id, userAgent, address, createdAt, lastSeenAt },
    current: id === session.sessionId,
  }));
}
