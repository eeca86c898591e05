import { clock } from "#server/clock";
import { config } from "#server/config";
import { insertSession } from "#server/db/sessions";
import { newId } from "#server/ids";

/** Where a sign-in came from, as shown in the list of sessions. */
export interface SignInOrigin {
  address: string | null;
  userAgent: string | null;
}

/** Stores a new session for somebody who has just proved who they are, and returns its id. */
export async function startSession(userId: string, origin: SignInOrigin): Promise<string> {
  const now = clock().now();
  const id = newId("session");
  await insertSession({
    id,
    userId,
    address: origin.address?.slice(0, 64) ?? null,
    userAgent: origin.userAgent?.slice(0, 300) ?? null,
    createdAt: new Date(now),
    expiresAt: new Date(now + config().SESSION_TTL_SECONDS),
  });
  return id;
}
