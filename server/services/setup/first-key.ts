import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DEFAULT_SCOPES } from "#server/auth/require-scope";
import { hashUnderPepper } from "#server/auth/secrets";
import { config } from "#server/config";
import { findApiKeyByHash } from "#server/db/api-keys";
import { createApiKey } from "#server/services/api-keys/create-api-key";
import { systemContext } from "#server/services/setup/system-context";

/**
 * The key that an embedded server without accounts is tried out with: made once, kept in DATA_DIR/first-key (mode 600).
 * A kept key that the database does not know, or no longer accepts, is replaced.
 */
export async function ensureFirstKey(teamId: string): Promise<string> {
  const kept = readFirstKey();
  if (kept !== null) {
    const row = await findApiKeyByHash(hashUnderPepper(kept));
    if (row && row.revokedAt === null) return kept;
  }
  const created = await createApiKey({
    ctx: systemContext(teamId),
    input: { name: "First key", scopes: [...DEFAULT_SCOPES] },
  });
  mkdirSync(config().dataDir, { recursive: true });
  const draft = `${firstKeyPath()}.new`;
  rmSync(draft, { force: true });
  writeFileSync(draft, `${created.key}\n`, { flag: "wx", mode: 0o600 });
  renameSync(draft, firstKeyPath());
  return created.key;
}

/** Removes the file; the key itself stays until somebody revokes it. */
export function removeFirstKey(): void {
  rmSync(firstKeyPath(), { force: true });
}

function readFirstKey(): string | null {
  try {
    return readFileSync(firstKeyPath(), "utf8").trim() || null;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}

function firstKeyPath(): string {
  return join(config().dataDir, "first-key");
}
