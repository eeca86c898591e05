import { createCipheriv, createHash, randomBytes } from "node:crypto";
import { TEST_SECRETS } from "#tests/support/server";

/** A secret as the server keeps it: AES-256-GCM under the key that the environment names, bound to its owner. */
export function sealedSecret(plain: string, boundTo = ""): string {
  const key = createHash("sha256").update(TEST_SECRETS.ENCRYPTION_KEY).digest();
  const iv = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, iv);
  cipher.setAAD(Buffer.from(boundTo));
  const ciphertext = Buffer.concat([cipher.update(plain, "utf8"), cipher.final()]);
  const id = createHash("sha256").update(key).digest("hex").slice(0, 8);
  return [id, ...[iv, ciphertext, cipher.getAuthTag()].map((part) => part.toString("base64url"))].join(":");
}
