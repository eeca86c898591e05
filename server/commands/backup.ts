import { existsSync } from "node:fs";
import { cp, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { blobStoreKind } from "#server/blobs/registry";
import { clock } from "#server/clock";
import { backupParts, type Manifest, manifestPath, partsBeside } from "#server/commands/backup-folder";
import { config } from "#server/config";
import { copyEmbeddedDatabase } from "#server/db/embedded-backup";

// npm run backup [-- <folder>]: one folder with the embedded database, the files and the secrets. The server may run.

async function copyFiles(dataDir: string, target: string): Promise<void> {
  for (const part of partsBeside) {
    const from = join(dataDir, part);
    // What is there already was copied a moment ago and never changes.
    if (existsSync(from))
      await cp(from, join(target, part), {
        recursive: true,
        force: false,
        filter: (path) => !path.endsWith(".partial"),
      });
  }
}

async function backUp(target: string): Promise<string> {
  const { dataDir } = config();
  const partial = `${target}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true, mode: 0o700 });
  // Files before the database, then those that came meanwhile: every file the copied database knows is there.
  await copyFiles(dataDir, partial);
  const how = await copyEmbeddedDatabase(dataDir, join(partial, backupParts.database));
  await copyFiles(dataDir, partial);
  const { version } = JSON.parse(await readFile("package.json", "utf8"));
  const manifest: Manifest = { format: 1, version: String(version), createdAt: new Date(clock().now()).toISOString() };
  await writeFile(manifestPath(partial), `${JSON.stringify(manifest, null, 2)}\n`);
  await rename(partial, target);
  return how;
}

async function main(): Promise<void> {
  const { embedded, dataDir, S3_BUCKET } = config();
  if (!embedded)
    throw new Error(
      "DATABASE_URL is set: back that database up with pg_dump; files (unless in a bucket) and keys are in it. Keep your secrets too.",
    );
  if (!existsSync(join(dataDir, backupParts.database))) throw new Error(`There is no database in DATA_DIR ${dataDir}.`);
  const stamp = new Date(clock().now()).toISOString().slice(0, 19).replaceAll(":", "-");
  const target = resolve(process.argv[2] ?? `${dataDir}-backup-${stamp}`);
  if (existsSync(target)) throw new Error(`${target} exists already; name a new folder.`);
  const how = await backUp(target);
  process.stdout.write(
    `Backed up DATA_DIR ${dataDir} (server ${how}) to ${target}\n` +
      (blobStoreKind() === "s3" ? `The content of files is in the bucket ${S3_BUCKET}, not in this folder.\n` : "") +
      "It holds your secrets: keep it as safe as them. Bring it back with `npm run restore -- <folder>`.\n",
  );
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
