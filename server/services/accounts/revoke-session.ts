import { z } from "zod";
import { invalidateSessions, type SessionIdentity } from "#server/auth/session";
import { clock } from "#server/clock";
import { revokeSessionOf } from "#server/db/sessions";
import { AppError } from "#server/errors";

export const RevokeSessionInput = z.object({ sessionId: z.string().max(100) });

/**
 * Ends one of the person's own sessions.
 * @throws AppError not_found for a session that is unknown, over, or somebody else's
 */
export async function revokeSession({
  session,
  input,
}: {
  session: SessionIdentity;
  input: z.infer<typeof RevokeSessionInput>;
}): Promise<{ sessionId: string }> {
  const now = new Date(clock().now());
  const done = await revokeSessionOf({ userId: session.userId, sessionId: input.sessionId, now });
  if (!done) throw new AppError("not_found", "No such session.");
  invalidateSessions([input.sessionId]);
  return { sessionId: input.sessionId };
}
