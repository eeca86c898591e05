import { readFileSync } from "node:fs";
import { join } from "node:path";

/** What a backup folder consists of; the names are those of DATA_DIR. */
export const backupParts = { database: "database", blobs: "blobs", secrets: "secrets", firstKey: "first-key" } as const;

/** Everything but the database: plain files. */
export const partsBeside = [backupParts.blobs, backupParts.secrets, backupParts.firstKey] as const;

export interface Manifest {
  format: 1;
  /** Version of Rejoinder that wrote the backup. */
  version: string;
  createdAt: string;
}

/** Written last: a folder without it is no backup. */
export function manifestPath(folder: string): string {
  return join(folder, "rejoinder-backup.json");
}

/** Reads a backup's manifest. Throws when the folder is no complete backup, or one of a later format. */
export function readManifest(folder: string): Manifest {
  let text: string;
  try {
    text = readFileSync(manifestPath(folder), "utf8");
  } catch {
    throw new Error(`${folder} is not a backup: it has no rejoinder-backup.json.`);
  }
  const manifest: Manifest = JSON.parse(text);
  if (manifest.format !== 1)
    throw new Error(
      `${folder} was written by Rejoinder ${manifest.version}, in a format that this version does not know.`,
    );
  return manifest;
}
