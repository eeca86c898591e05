import { generateKeyPairSync, type KeyObject } from "node:crypto";

let pair: { publicKey: KeyObject; privateKey: KeyObject } | null = null;

function keys() {
  pair ??= generateKeyPairSync("rsa", { modulusLength: 2048 });
  return pair;
}

/** What the tokens of {@link serviceAccount} are checked by. */
export function serviceAccountPublicKey(): KeyObject {
  return keys().publicKey;
}

/** The JSON key of a service account, as Google's console gives it out. */
export function serviceAccount(change: Record<string, unknown> = {}): string {
  return JSON.stringify({
    type: "service_account",
    project_id: "test-project",
    private_key_id: "0123456789abcdef0123456789abcdef01234567",
    private_key: keys().privateKey.export({ type: "pkcs8", format: "pem" }),
    client_email: "rejoinder@test-project.iam.gserviceaccount.com",
    client_id: "100000000000000000000",
    auth_uri: "https://accounts.google.com/o/oauth2/auth",
    token_uri: "https://oauth2.googleapis.com/token",
    universe_domain: "googleapis.com",
    ...change,
  });
}
