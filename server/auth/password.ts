import { hash, verify } from "@node-rs/argon2";
import { z } from "zod";

/** A password as people choose it. Long ones are refused before hashing, since hashing takes time. */
export const Password = z
  .string()
  .min(10, "Choose a password of at least 10 characters.")
  .max(200, "A password can have at most 200 characters.");

// argon2id, 19 MiB, two passes, one lane: OWASP's first choice and this package's default.
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

// Of random bytes that nobody kept, at the same cost: what the passwords of unknown accounts are compared with.
const NOBODYS_HASH =
  "$argon2id$v=19$m=19456,t=2,p=1$K8PnZ4SsPSvs/XErQ9oM3g$4MWeArd91LEb+KElD3c31z5hyvFy8mWg74WyMAOmTUU";

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
  const matches = await verify(stored ?? NOBODYS_HASH, candidate);
  return matches && stored !== null;
}
