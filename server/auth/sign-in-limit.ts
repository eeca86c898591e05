import { clock } from "#server/clock";
import { config } from "#server/config";
import { countAttempt, forgetAttempts, uncountAttempt } from "#server/db/sign-in-attempts";
import { normalizeEmail } from "#server/db/users";
import { AppError } from "#server/errors";

// Several people can sit behind one address, so it may fail more often than one account.
const ADDRESS_FACTOR = 5;

export interface SignInAttemptOf {
  email: string;
  /** null when the caller's address is not known: then only the account counts. */
  address: string | null;
}

/**
 * Counts an attempt before the password is looked at. Whether the account exists makes no difference.
 * @throws AppError rate_limit_exceeded, with the wait, after SIGN_IN_MAX_FAILURES of an account (five times that of an
 *   address) inside SIGN_IN_WINDOW_SECONDS
 */
export async function countSignIn(attempt: SignInAttemptOf): Promise<void> {
  const settings = config();
  await countUnder(accountKey(attempt.email), settings.SIGN_IN_MAX_FAILURES);
  if (attempt.address) await countUnder(addressKey(attempt.address), settings.SIGN_IN_MAX_FAILURES * ADDRESS_FACTOR);
}

/** The password was right: the account's failures are forgotten; the address only takes back this one attempt. */
export async function signInSucceeded(attempt: SignInAttemptOf): Promise<void> {
  await forgetAccountAttempts(attempt.email);
  if (attempt.address) await uncountAttempt(addressKey(attempt.address));
}

/** Lets an account try again at once: its password was right, or was set anew. */
export async function forgetAccountAttempts(email: string): Promise<void> {
  await forgetAttempts(accountKey(email));
}

async function countUnder(key: string, limit: number): Promise<void> {
  const now = clock().now();
  const window = config().SIGN_IN_WINDOW_SECONDS;
  const { failures, windowStart } = await countAttempt({
    key,
    now: new Date(now),
    windowFloor: new Date(now - window),
  });
  if (failures <= limit) return;
  const retryAfterMs = Math.max(1_000, windowStart.getTime() + window - now);
  const minutes = Math.ceil(retryAfterMs / 60_000);
  throw new AppError(
    "rate_limit_exceeded",
    `Too many sign-in attempts. Try again in ${minutes} minute${minutes === 1 ? "" : "s"}.`,
    { retryAfterMs },
  );
}

function accountKey(email: string): string {
  return `account:${normalizeEmail(email).slice(0, 254)}`;
}

function addressKey(address: string): string {
  return `address:${address.slice(0, 64)}`;
}
