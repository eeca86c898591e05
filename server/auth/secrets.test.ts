import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  decryptSecret,
  encryptSecret,
  forgetSecrets,
  hashUnderPepper,
  readSecrets,
  secrets,
} from "#server/auth/secrets";
import { parseConfig, setConfig } from "#server/config";

const given = {
  API_KEY_PEPPER: "p".repeat(32),
  SESSION_SECRET: "s".repeat(32),
  ENCRYPTION_KEY: "e".repeat(32),
};
let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "rejoinder-secrets-"));
});
afterEach(() => {
  forgetSecrets();
  rmSync(dataDir, { recursive: true, force: true });
});

function use(environment: Record<string, string>): void {
  setConfig(parseConfig({ DATA_DIR: dataDir, ...environment }));
  forgetSecrets();
}

test("embedded, missing secrets are made once and kept where only the owner reads them", () => {
  use({});
  const first = secrets();
  const folder = join(dataDir, "secrets");
  const files = readdirSync(folder).sort();
  expect(files).toEqual(["api-key-pepper", "encryption-key", "session-secret"]);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  for (const file of files) {
    expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(folder, file), "utf8")).toMatch(/^[\w-]{43}\n$/);
  }
  forgetSecrets();
  expect(secrets()).toEqual(first);
});

test("what the environment gives is used, and not written anywhere", () => {
  use(given);
  expect(secrets().sessionSecret).toBe(given.SESSION_SECRET);
  expect(readdirSync(dataDir)).toEqual([]);
});

test("with DATABASE_URL every missing secret is named", () => {
  const settings = (environment: Record<string, string>) =>
    parseConfig({ DATA_DIR: dataDir, DATABASE_URL: "postgres://localhost/x", ...environment });
  expect(() => readSecrets(settings({}))).toThrow("API_KEY_PEPPER, SESSION_SECRET, ENCRYPTION_KEY");
  const { SESSION_SECRET: _left, ...others } = given;
  expect(() => readSecrets(settings(others))).toThrow(/must be set: SESSION_SECRET\./);
  expect(readSecrets(settings(given)).sessionSecret).toBe(given.SESSION_SECRET);
  expect(readdirSync(dataDir)).toEqual([]);
});

test("a secret too short to be one is refused by name", () => {
  expect(() => use({ ...given, ENCRYPTION_KEY: "short" })).not.toThrow();
  expect(() => secrets()).toThrow(/^ENCRYPTION_KEY is too short/);
});

test("what is encrypted comes back, names its key, and is different every time", () => {
  use(given);
  const stored = encryptSecret("sk-vendor-🔑");
  expect(stored).toMatch(/^[0-9a-f]{8}:[\w-]{16}:[\w-]+:[\w-]{22}$/);
  expect(stored).not.toContain("vendor");
  expect(encryptSecret("sk-vendor-🔑")).not.toBe(stored);
  expect(decryptSecret(stored)).toBe("sk-vendor-🔑");
  expect(decryptSecret(encryptSecret(""))).toBe("");
});

test("a new key in front encrypts, old ones still decrypt, absent ones are named", () => {
  use(given);
  const old = encryptSecret("kept");
  use({ ...given, ENCRYPTION_KEY: `${"n".repeat(32)},${given.ENCRYPTION_KEY}` });
  expect(decryptSecret(old)).toBe("kept");
  expect(encryptSecret("kept").slice(0, 8)).not.toBe(old.slice(0, 8));
  use({ ...given, ENCRYPTION_KEY: "n".repeat(32) });
  expect(() => decryptSecret(old)).toThrow(`encrypted under key ${old.slice(0, 8)}`);
});

test("a value that was tampered with does not decrypt", () => {
  use(given);
  const [id, iv, ciphertext = "", tag] = encryptSecret("sk-vendor").split(":");
  const flipped = (ciphertext.startsWith("A") ? "B" : "A") + ciphertext.slice(1);
  expect(() => decryptSecret([id, iv, flipped, tag].join(":"))).toThrow();
  expect(() => decryptSecret([id, iv, ciphertext, tag?.slice(0, 6)].join(":"))).toThrow();
  expect(() => decryptSecret("not a secret")).toThrow("four parts");
});

test("hashes depend on the pepper", () => {
  use(given);
  const hash = hashUnderPepper("rj_x");
  expect(hash).toMatch(/^[0-9a-f]{64}$/);
  use({ ...given, API_KEY_PEPPER: "q".repeat(32) });
  expect(hashUnderPepper("rj_x")).not.toBe(hash);
});
