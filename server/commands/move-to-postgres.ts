import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exportStoredSecrets } from "#server/auth/secrets";
import { blobKey, hasBlob } from "#server/blobs/blob-store";
import { createLocalBlobs } from "#server/blobs/local-blobs";
import { blobDirectory, blobStore, blobStoreKind, checkBlobStore } from "#server/blobs/registry";
import { type Config, config } from "#server/config";
import { closeDatabase, openDatabase } from "#server/db/client";
import { databaseDirectory } from "#server/db/embedded";
import { type FileContent, moveTables, refuseNonEmpty } from "#server/db/move";
import { startQueue, stopQueue } from "#server/jobs/queue";

// npm run move-to-postgres, with DATABASE_URL set: copies DATA_DIR's database, files and secrets. DATA_DIR stays as it is.

/** Keys and passwords are read with the secrets of DATA_DIR: another value in the environment would make them useless. */
function compareSecrets(settings: Config): Record<string, string> {
  const stored = exportStoredSecrets(settings.dataDir);
  for (const [name, value] of Object.entries(stored)) {
    const given = settings[name as keyof typeof stored];
    if (given !== undefined && given !== value) {
      throw new Error(
        `${name} in the environment is not the one that DATA_DIR was written with. Unset it; this command tells you the right one.`,
      );
    }
  }
  return stored;
}

async function moveContent(
  dataDir: string,
  files: FileContent[],
): Promise<{ moved: number; undo: () => Promise<void> }> {
  const source = createLocalBlobs(blobDirectory(dataDir));
  const target = blobStore();
  const moved: string[] = [];
  const undo = async () => {
    for (const key of moved) await target.delete(key);
  };
  try {
    for (const { teamId, id, bytes, sha256 } of files) {
      const key = blobKey(teamId, id);
      // An embedded server may have kept its files in the bucket already.
      if (blobStoreKind() === "s3" && (await hasBlob(target, key))) continue;
      const written = await target.put(key, await source.get(key));
      moved.push(key);
      if (written.bytes === bytes && written.sha256 === sha256) continue;
      throw new Error(`File ${id} in DATA_DIR is damaged: its content does not have the recorded hash.`);
    }
  } catch (error) {
    await undo();
    throw error;
  }
  return { moved: moved.length, undo };
}

function keepSecrets(dataDir: string, stored: Record<string, string>): string | null {
  if (Object.keys(stored).length === 0) return null;
  const path = join(dataDir, "postgres.env");
  writeFileSync(
    path,
    Object.entries(stored)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(""),
    { mode: 0o600 },
  );
  return path;
}

async function main(): Promise<void> {
  const settings = config();
  const { DATABASE_URL: url, dataDir, S3_BUCKET } = settings;
  const kind = blobStoreKind();
  if (!url) throw new Error("Set DATABASE_URL to the new, empty database.");
  if (!existsSync(databaseDirectory(dataDir))) throw new Error(`There is no embedded database in DATA_DIR ${dataDir}.`);
  const stored = compareSecrets(settings);
  await checkBlobStore();
  await refuseNonEmpty(url);
  await openDatabase();
  await startQueue();
  await stopQueue();
  let files = 0;
  const tables = await moveTables({
    dataDir,
    url,
    moveContent: async (all) => {
      if (kind === "local") return async () => {};
      const { moved, undo } = await moveContent(dataDir, all);
      files = moved;
      return undo;
    },
  });
  await closeDatabase();
  for (const { name, rows } of tables) if (rows > 0) process.stdout.write(`  ${name}: ${rows} rows\n`);
  process.stdout.write(`Moved ${tables.length} tables; the number of rows is the same in each.\n`);
  process.stdout.write(
    kind === "local"
      ? "Files stay in DATA_DIR (BLOB_STORE=local).\n"
      : `Moved the content of ${files} files and parts of uploads${kind === "s3" ? ` to the bucket ${S3_BUCKET}` : ""}.\n`,
  );
  const secretsPath = keepSecrets(dataDir, stored);
  if (secretsPath)
    process.stdout.write(
      `Put the lines of ${secretsPath} into every node's environment; without them no key works. Then remove that file.\n`,
    );
  process.stdout.write("DATA_DIR is unchanged. Start the server with DATABASE_URL set.\n");
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
