import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, Pool } from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { mapDatabaseError } from "#server/db/database-errors";
import { databaseDirectory, type EmbeddedDatabase, openEmbedded, socketDirectory } from "#server/db/embedded";

const IDLE_MS = 300;
let directory: string;
let embedded: EmbeddedDatabase;
let pool: Pool;
const clients: Client[] = [];

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "rejoinder-embedded-"));
  // What an interrupted first start leaves: files, but no mark that the database was whole.
  mkdirSync(databaseDirectory(directory));
  writeFileSync(join(databaseDirectory(directory), "PG_VERSION"), "18");
  embedded = await openEmbedded(directory, { idleInTransactionMs: IDLE_MS });
  pool = new Pool({ host: embedded.host, user: "postgres", database: "postgres", max: 4 });
  pool.on("error", () => {});
  await pool.query("CREATE TABLE note (id int PRIMARY KEY, body text)");
});
afterAll(async () => {
  await pool.end();
  await embedded.close();
  rmSync(directory, { recursive: true, force: true });
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.end().catch(() => {})));
});

async function connect(): Promise<Client> {
  const client = new Client({ host: embedded.host, user: "postgres", database: "postgres" });
  client.on("error", () => {});
  await client.connect();
  clients.push(client);
  return client;
}

describe("the embedded database", () => {
  it("sets a folder aside whose making was interrupted, and makes a new one", () => {
    expect(readdirSync(directory).filter((name) => name.startsWith("database.unfinished-"))).toHaveLength(1);
  });

  it("rolls back what a client leaves open when it goes, and lets the others on", async () => {
    const client = await connect();
    await client.query("BEGIN");
    await client.query("INSERT INTO note VALUES (1, 'left open')");
    const waiting = pool.query("SELECT count(*)::int AS count FROM note WHERE id = 1");
    await client.end();
    expect((await waiting).rows).toEqual([{ count: 0 }]);
  });

  it("ends a client that holds a transaction and says nothing while others wait", async () => {
    const client = await connect();
    await client.query("BEGIN");
    await client.query("INSERT INTO note VALUES (2, 'held')");
    expect((await pool.query("SELECT count(*)::int AS count FROM note WHERE id = 2")).rows).toEqual([{ count: 0 }]);
    await expect(client.query("COMMIT")).rejects.toThrow();
  });

  it("goes on after an error inside a batch, and after one inside a transaction", async () => {
    await expect(pool.query("SELECT $1::int", ["no number"])).rejects.toMatchObject({ code: "22P02" });
    const client = await connect();
    await client.query("BEGIN");
    await expect(client.query("SELECT * FROM nowhere WHERE id = $1", [1])).rejects.toMatchObject({ code: "42P01" });
    await expect(client.query("SELECT 1")).rejects.toMatchObject({ code: "25P02" });
    await client.query("ROLLBACK");
    expect((await client.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
  });

  it("keeps the main thread free while it works", async () => {
    let longest = 0;
    let last = performance.now();
    const ticks = setInterval(() => {
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
    }, 5);
    const start = performance.now();
    await pool.query("SELECT count(*) FROM generate_series(1, 1000000) n WHERE sqrt(n) > 2");
    const took = performance.now() - start;
    clearInterval(ticks);
    expect(longest).toBeLessThan(took / 2);
  });

  it("starts its thread again when that dies, with everything that was acknowledged", async () => {
    await pool.query("INSERT INTO note VALUES (4, 'acknowledged')");
    const log = join(databaseDirectory(directory), "pg_wal");
    renameSync(log, `${log}.away`);
    await expect(pool.query("SELECT pg_switch_wal(); INSERT INTO note VALUES (5, 'lost')")).rejects.toThrow();
    renameSync(`${log}.away`, log);
    const failures: unknown[] = [];
    await vi.waitFor(
      async () => {
        const { rows } = await pool.query("SELECT body FROM note WHERE id = 4").catch((error: unknown) => {
          failures.push(error);
          throw error;
        });
        expect(rows).toEqual([{ body: "acknowledged" }]);
      },
      { timeout: 30_000, interval: 200 },
    );
    expect(failures.length).toBeGreaterThan(0);
    expect(new Set(failures.map((error) => mapDatabaseError(error).code))).toEqual(new Set(["database_unavailable"]));
  });

  it("keeps its socket in the temporary folder when DATA_DIR's path is too long for one", () => {
    const long = join(tmpdir(), "x".repeat(100));
    expect(socketDirectory(long)).toMatch(/rejoinder-[0-9a-f]{16}$/);
    expect(socketDirectory("/data")).toBe("/data");
  });
});
