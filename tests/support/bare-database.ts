import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Pool } from "pg";
import { openEmbedded } from "#server/db/embedded";
import { createNativeDatabase } from "#tests/support/database";

export interface BareDatabase {
  /** A pool of one connection, as the migrator wants it. */
  createPool(): Pool;
  close(): Promise<void>;
}

/** A database with nothing in it, opened the way the server opens it: native on TEST_DATABASE_URL, else embedded. */
export async function openBareDatabase(): Promise<BareDatabase> {
  const server = process.env.TEST_DATABASE_URL;
  if (server) {
    const { url, drop } = await createNativeDatabase(server);
    return { createPool: () => new Pool({ connectionString: url, max: 1 }), close: drop };
  }
  const directory = await mkdtemp(join(tmpdir(), "rejoinder-bare-"));
  const embedded = await openEmbedded(directory);
  return {
    createPool: () => new Pool({ host: embedded.host, user: "postgres", database: "postgres", max: 1 }),
    close: async () => {
      await embedded.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
