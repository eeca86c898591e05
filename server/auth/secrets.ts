import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createSecretKey,
  type KeyObject,
  randomBytes,
} from "node:crypto";
import { linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Config, config } from "#server/config";

export interface EncryptionKey {
  /** First 8 hex digits of the key's SHA-256: names the key in what it encrypted. */
  id: string;
  key: Buffer;
}

export interface Secrets {
  /** HMAC key of API keys and one-time links. */
  pepper: Buffer;
  /** Signs and encrypts session cookies. */
  sessionSecret: string;
  /** The first encrypts; all decrypt, so a new key can be put in front of the old ones. */
  encryptionKeys: [EncryptionKey, ...EncryptionKey[]];
}

const VARIABLES = ["API_KEY_PEPPER", "SESSION_SECRET", "ENCRYPTION_KEY"] as const;
type Variable = (typeof VARIABLES)[number];

const holder = globalThis as typeof globalThis & { rejoinderSecrets?: Secrets };

/** The secrets of this process, read on first use. Throws as {@link readSecrets}. */
export function secrets(): Secrets {
  return holder.rejoinderSecrets ?? loadSecrets();
}

/** Reads the secrets at start, so that a missing one stops the server before it listens. Throws as {@link readSecrets}. */
export function loadSecrets(): Secrets {
  holder.rejoinderSecrets = readSecrets(config());
  return holder.rejoinderSecrets;
}

/** Forgets what was read (tests, or after the configuration was replaced). */
export function forgetSecrets(): void {
  holder.rejoinderSecrets = undefined;
}

/**
 * Reads pepper, session secret and encryption key from the environment. Embedded, a missing one is made once and kept
 * in DATA_DIR/secrets (mode 600); with DATABASE_URL it is an Error that names the variable.
 */
export function readSecrets(settings: Config): Secrets {
  const missing = VARIABLES.filter((name) => settings[name] === undefined);
  if (!settings.embedded && missing.length > 0) {
    throw new Error(
      `With DATABASE_URL these secrets must be set: ${missing.join(", ")}. ` +
        "Make each with `openssl rand -base64 32` and give every node the same.",
    );
  }
  const values = new Map(VARIABLES.map((name) => [name, settings[name] ?? storedSecret(settings.dataDir, name)]));
  const secretOf = (name: Variable) => checkLength(name, values.get(name) ?? "");
  const [first = "", ...older] = secretOf("ENCRYPTION_KEY").split(",");
  return {
    pepper: createHash("sha256").update(secretOf("API_KEY_PEPPER")).digest(),
    sessionSecret: secretOf("SESSION_SECRET"),
    encryptionKeys: [toEncryptionKey(first), ...older.map(toEncryptionKey)],
  };
}

// Made once: with the bytes themselves as the key, createHmac costs seven times as much, at every request.
const pepperKeys = new WeakMap<Buffer, KeyObject>();

function pepperKey(): KeyObject {
  const { pepper } = secrets();
  const known = pepperKeys.get(pepper);
  if (known) return known;
  const key = createSecretKey(pepper);
  pepperKeys.set(pepper, key);
  return key;
}

/** HMAC-SHA256 under the pepper, in hex: how API keys and one-time links are stored. */
export function hashUnderPepper(plain: string): string {
  return createHmac("sha256", pepperKey()).update(plain).digest("hex");
}

/**
 * Encrypts with AES-256-GCM under the first key: `<key id>:<iv>:<ciphertext>:<tag>`, the last three in base64url. What
 * it is bound to is authenticated with it: it can be decrypted only by who names the same.
 */
export function encryptSecret(plain: string, boundTo = ""): string {
  const { id, key } = secrets().encryptionKeys[0];
  const iv = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, iv, { authTagLength: 16 });
  cipher.setAAD(Buffer.from(boundTo));
  const ciphertext = Buffer.concat([cipher.update(plain, "utf8"), cipher.final()]);
  return [id, ...[iv, ciphertext, cipher.getAuthTag()].map((part) => part.toString("base64url"))].join(":");
}

/**
 * Decrypts what {@link encryptSecret} wrote, under the key it names.
 * Throws an Error when that key is not among the configured ones, or the value was tampered with or is bound to
 * something else; it shows no content.
 */
export function decryptSecret(stored: string, boundTo = ""): string {
  const [id, iv, ciphertext, tag] = stored.split(":");
  if (!id || !iv || ciphertext === undefined || !tag) throw new Error("A stored secret does not have four parts.");
  const known = secrets().encryptionKeys.find((candidate) => candidate.id === id);
  if (!known) throw new Error(`A stored secret was encrypted under key ${id}, which ENCRYPTION_KEY does not hold.`);
  const decipher = createDecipheriv("aes-256-gcm", known.key, Buffer.from(iv, "base64url"), { authTagLength: 16 });
  decipher.setAAD(Buffer.from(boundTo));
  decipher.setAuthTag(Buffer.from(tag, "base64url"));
  return Buffer.concat([decipher.update(Buffer.from(ciphertext, "base64url")), decipher.final()]).toString("utf8");
}

function toEncryptionKey(value: string): EncryptionKey {
  const key = createHash("sha256").update(value.trim()).digest();
  return { id: createHash("sha256").update(key).digest("hex").slice(0, 8), key };
}

function checkLength(name: Variable, value: string): string {
  const parts = name === "ENCRYPTION_KEY" ? value.split(",") : [value];
  if (parts.every((part) => part.trim().length >= 32)) return value;
  throw new Error(`${name} is too short: at least 32 characters. Make one with \`openssl rand -base64 32\`.`);
}

/** The environment that another process needs to read what was written under the secrets kept in `dataDir`. */
export function exportStoredSecrets(dataDir: string): Partial<Record<Variable, string>> {
  const found = VARIABLES.map((name) => [name, readIfPresent(secretPath(dataDir, name))] as const);
  return Object.fromEntries(found.filter(([, value]) => value !== null));
}

function secretPath(dataDir: string, name: Variable): string {
  return join(dataDir, "secrets", name.toLowerCase().replaceAll("_", "-"));
}

function storedSecret(dataDir: string, name: Variable): string {
  const path = secretPath(dataDir, name);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  return readIfPresent(path) ?? makeOnce(path);
}

// Written whole under another name and then linked: a crash leaves no half-written secret, and of two processes one wins.
function makeOnce(path: string): string {
  const draft = `${path}.${randomBytes(6).toString("hex")}`;
  writeFileSync(draft, `${randomBytes(32).toString("base64url")}\n`, { flag: "wx", mode: 0o600 });
  try {
    linkSync(draft, path);
  } catch (error) {
    if (!isFileError(error, "EEXIST")) throw error;
  } finally {
    unlinkSync(draft);
  }
  return readFileSync(path, "utf8").trim();
}

function readIfPresent(path: string): string | null {
  try {
    return readFileSync(path, "utf8").trim();
  } catch (error) {
    if (isFileError(error, "ENOENT")) return null;
    throw error;
  }
}

function isFileError(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
