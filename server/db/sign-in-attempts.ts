import { prisma } from "#server/db/client";

export interface AttemptCount {
  /** Attempts inside the window, this one included. */
  failures: number;
  windowStart: Date;
}

/**
 * Counts one attempt under `key` before it is made, so that attempts made together cannot all slip under the limit.
 * A window that began at or before `windowFloor` is over, and a new one begins at `now`.
 */
export async function countAttempt(input: { key: string; now: Date; windowFloor: Date }): Promise<AttemptCount> {
  const { key, now, windowFloor } = input;
  const rows = await prisma().$queryRaw<AttemptCount[]>`
    INSERT INTO sign_in_attempt AS attempt (key, failures, window_start)
    VALUES (${key}, 1, ${now}::timestamptz)
    ON CONFLICT (key) DO UPDATE SET
      failures = CASE WHEN attempt.window_start <= ${windowFloor}::timestamptz THEN 1 ELSE attempt.failures + 1 END,
      window_start = CASE WHEN attempt.window_start <= ${windowFloor}::timestamptz
        THEN ${now}::timestamptz ELSE attempt.window_start END
    RETURNING failures, window_start AS "windowStart"`;
  return rows[0] ?? { failures: 1, windowStart: now };
}

/** Forgets all attempts under `key`: the right password was given. */
export async function forgetAttempts(key: string): Promise<void> {
  await prisma().signInAttempt.deleteMany({ where: { key } });
}

/** Takes one attempt back: it was no failure. */
export async function uncountAttempt(key: string): Promise<void> {
  await prisma().signInAttempt.updateMany({
    where: { key, failures: { gt: 0 } },
    data: { failures: { decrement: 1 } },
  });
}

/** Removes counts of windows that began before `before`. */
export async function deleteOldAttempts(before: Date): Promise<void> {
  await prisma().signInAttempt.deleteMany({ where: { windowStart: { lt: before } } });
}
