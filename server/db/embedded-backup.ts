import { cpSync } from "node:fs";
import { Client } from "pg";
import { databaseDirectory, socketDirectory } from "#server/db/embedded";
import { DATA_DIR_IN_USE, lockDataDir } from "#server/db/lock";

/**
 * Copies the embedded database's files of `dataDir` into the new folder `target`, consistently: under the lock when
 * no server runs, else by the running server itself, which answers nothing else for as long as the copying takes.
 */
export async function copyEmbeddedDatabase(dataDir: string, target: string): Promise<"stopped" | "running"> {
  try {
    const lock = await lockDataDir(dataDir);
    try {
      cpSync(databaseDirectory(dataDir), target, { recursive: true, errorOnExist: true, force: false });
    } finally {
      lock.release();
    }
    return "stopped";
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === DATA_DIR_IN_USE)) throw error;
  }
  await askRunningServer(dataDir, target);
  return "running";
}

async function askRunningServer(dataDir: string, target: string): Promise<void> {
  if (target.includes("'")) throw new Error(`The backup's path must not contain a quote: ${target}`);
  const client = new Client({ host: socketDirectory(dataDir), user: "postgres", database: "postgres" });
  await client.connect();
  try {
    await client.query(`BACKUP TO '${target}'`);
  } finally {
    await client.end();
  }
}
