import { randomBytes } from "node:crypto";
import { hash, verify } from "@node-rs/argon2";
import { z } from "zod";

/** A password as people choose it. Long ones are refused before hashing, since hashing takes time. */
export const Password = z
  .string()
  .min(10, "Choose a password of at least 10 characters.")
  .max(200, "A password can have at most 200 characters.");

// argon2id, 19 MiB, two passes, one lane: OWASP's first choice and this package's default.
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

const holder = globalThis as typeof globalThis & { rejoinderDummyHash?: Promise<string> };

/** argon2id hash of a password, as a PHC string. */
export function hashPassword(password: string): Promise<string> {
  return hash(password, COST);
}

/**
 * True when the password is the one behind `stored`. Null (no such account, or one that signs in elsewhere) costs the
 * same work and is false, so the time tells nothing.
 */
export async function passwordMatches(stored: string | null, password: string): Promise<boolean> {
  const candidate = password.length <= 200 ? password : "";
  if (stored !== null) return verify(stored, candidate);
  await verify(await dummyHash(), candidate);
  return false;
}

/** Makes the hash that unknown accounts are compared with, so that the first such sign-in takes no longer. */
export function dummyHash(): Promise<string> {
  holder.rejoinderDummyHash ??= hashPassword(randomBytes(16).toString("hex"));
  return holder.rejoinderDummyHash;
}
