import { z } from "zod";
import { passwordMatches } from "#server/auth/password";
import { countSignIn, signInSucceeded } from "#server/auth/sign-in-limit";
import { mapDatabaseError } from "#server/db/database-errors";
import { findUserByEmail } from "#server/db/users";

const Credentials = z.object({ email: z.string().min(1).max(254), password: z.string().min(1).max(1_000) });

/**
 * The id of the account that email and password open, or null. An unknown account, one without a password and a wrong
 * password answer alike and take the same time.
 * @throws AppError rate_limit_exceeded, database_unavailable
 */
export async function signInWithPassword(credentials: unknown, address: string | null): Promise<string | null> {
  const parsed = Credentials.safeParse(credentials);
  if (!parsed.success) return null;
  const { email, password } = parsed.data;
  try {
    await countSignIn({ email, address });
    const user = await findUserByEmail(email);
    if (!(await passwordMatches(user?.passwordHash ?? null, password)) || !user) return null;
    await signInSucceeded({ email, address });
    return user.id;
  } catch (error) {
    throw mapDatabaseError(error);
  }
}
