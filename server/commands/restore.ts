import { cpSync, existsSync } from "node:fs";
import { cp, mkdir, rename } from "node:fs/promises";
import { join, resolve } from "node:path";
import { blobKey, hasBlob } from "#server/blobs/blob-store";
import { blobStore, blobStoreKind } from "#server/blobs/registry";
import { backupParts, partsBeside, readManifest } from "#server/commands/backup-folder";
import { config } from "#server/config";
import { closeDatabase, openDatabase } from "#server/db/client";
import { takeInventory } from "#server/db/inventory";
import { lockDataDir } from "#server/db/lock";

// npm run restore -- <folder>: brings a backup back into an empty DATA_DIR, opens it once and checks it.

async function copyInto(dataDir: string, folder: string): Promise<void> {
  const taken = Object.values(backupParts).filter((part) => existsSync(join(dataDir, part)));
  if (taken.length > 0)
    throw new Error(
      `DATA_DIR ${dataDir} is not empty (${taken.join(", ")}). Set DATA_DIR to a new folder, or move the old one away.`,
    );
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const lock = await lockDataDir(dataDir);
  try {
    for (const part of partsBeside) {
      if (existsSync(join(folder, part))) await cp(join(folder, part), join(dataDir, part), { recursive: true });
    }
    // Last and in one step: an interrupted restore leaves no half a database.
    const arriving = join(dataDir, `${backupParts.database}.restoring`);
    cpSync(join(folder, backupParts.database), arriving, { recursive: true });
    await rename(arriving, join(dataDir, backupParts.database));
  } finally {
    lock.release();
  }
}

async function main(): Promise<void> {
  const { embedded, dataDir } = config();
  if (!embedded)
    throw new Error(
      "DATABASE_URL is set: restore that database with pg_restore. This command is for the embedded database.",
    );
  const given = process.argv[2];
  if (!given) throw new Error("Name the backup's folder: npm run restore -- <folder>");
  const folder = resolve(given);
  const manifest = readManifest(folder);
  await copyInto(dataDir, folder);
  await openDatabase();
  const { teams, responses, files } = await takeInventory();
  const missing: string[] = [];
  for (const { teamId, id } of files) if (!(await hasBlob(blobStore(), blobKey(teamId, id)))) missing.push(id);
  await closeDatabase();
  process.stdout.write(
    `Restored the backup of ${manifest.createdAt} into ${dataDir}: teams ${teams}, responses ${responses}, files ${files.length}.\n`,
  );
  if (missing.length > 0)
    throw new Error(
      `${blobStoreKind() === "s3" ? "The bucket" : "The backup"} lacks the content of ${missing.length} files: ${missing.slice(0, 5).join(", ")}`,
    );
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
