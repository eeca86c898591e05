import { randomBytes } from "node:crypto";
import { hashUnderPepper } from "#server/auth/secrets";

/** A new one-time token: 32 random bytes in base64url for the link, and the hash to store. */
export function makeOneTimeToken(): { token: string; hash: string } {
  const token = randomBytes(32).toString("base64url");
  return { token, hash: hashOneTimeToken(token) };
}

/** What a link's token is stored and looked up as. */
export function hashOneTimeToken(token: string): string {
  return hashUnderPepper(`one-time:${token}`);
}
