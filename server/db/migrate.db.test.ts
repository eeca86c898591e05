import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Pool } from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { migrate } from "#server/db/migrate";
import { type BareDatabase, openBareDatabase } from "#tests/support/bare-database";

let database: BareDatabase;
let pool: Pool;
let directory: string;

beforeAll(async () => {
  database = await openBareDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "rejoinder-migrations-"));
  pool = database.createPool();
  await pool.query("DROP SCHEMA public CASCADE");
  await pool.query("CREATE SCHEMA public");
});
afterEach(async () => {
  await pool.end();
  rmSync(directory, { recursive: true, force: true });
});

function addMigration(name: string, sql: string): string {
  mkdirSync(join(directory, name), { recursive: true });
  const path = join(directory, name, "migration.sql");
  writeFileSync(path, sql);
  return path;
}

async function tables(): Promise<string[]> {
  const { rows } = await pool.query<{ relname: string }>(
    "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> '_prisma_migrations' ORDER BY 1",
  );
  return rows.map(({ relname }) => relname);
}

const first = "CREATE TABLE one (id text PRIMARY KEY);";

describe("the migrator", () => {
  it("applies what is new, in order and once, and records it", async () => {
    addMigration("20260101000000_one", first);
    addMigration("20260102000000_two", "ALTER TABLE one RENAME TO two; DO $$ BEGIN PERFORM 1; END $$;");
    expect(await migrate({ pool, directory })).toEqual(["20260101000000_one", "20260102000000_two"]);
    expect(await migrate({ pool, directory })).toEqual([]);
    expect(await tables()).toEqual(["two"]);
    const { rows } = await pool.query(
      "SELECT migration_name, finished_at IS NOT NULL AS finished FROM _prisma_migrations ORDER BY 1",
    );
    expect(rows).toEqual([
      { migration_name: "20260101000000_one", finished: true },
      { migration_name: "20260102000000_two", finished: true },
    ]);
  });

  it("rolls a broken migration back whole, says why, and applies it once it is mended", async () => {
    addMigration("20260101000000_one", first);
    const broken = "CREATE TABLE kept_not (id text); INSERT INTO kept_not VALUES ('x'); CREATE TABLE one (id text);";
    addMigration("20260102000000_broken", broken);
    await expect(migrate({ pool, directory })).rejects.toThrow(
      /Migration 20260102000000_broken failed and was rolled back; nothing of it was kept\. .*relation "one" already exists/,
    );
    expect(await tables()).toEqual(["one"]);
    await expect(migrate({ pool, directory })).rejects.toThrow(/20260102000000_broken failed/);
    addMigration("20260102000000_broken", "CREATE TABLE mended (id text);");
    expect(await migrate({ pool, directory })).toEqual(["20260102000000_broken"]);
    expect(await tables()).toEqual(["mended", "one"]);
  });

  it("tries a migration again whose process died, since nothing of it was kept", async () => {
    addMigration("20260101000000_one", first);
    await migrate({ pool, directory });
    await pool.query(
      "INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at) VALUES ('x', 'x', '20260102000000_two', now())",
    );
    addMigration("20260102000000_two", "CREATE TABLE two (id text);");
    expect(await migrate({ pool, directory })).toEqual(["20260102000000_two"]);
    expect(await tables()).toEqual(["one", "two"]);
  });

  it("refuses a migration that was edited after it was applied", async () => {
    const path = addMigration("20260101000000_one", first);
    await migrate({ pool, directory });
    appendFileSync(path, "\n-- later thoughts");
    await expect(migrate({ pool, directory })).rejects.toThrow(/changed after they were applied.*20260101000000_one/);
  });

  it("refuses a database that is newer than this version and names both versions", async () => {
    addMigration("20260101000000_one", first);
    addMigration("20260301000000_later", "CREATE TABLE later (id text);");
    await migrate({ pool, directory });
    rmSync(join(directory, "20260301000000_later"), { recursive: true });
    addMigration("20260201000000_ours", "CREATE TABLE ours (id text);");
    await expect(migrate({ pool, directory })).rejects.toThrow(
      /newer than this version of Rejoinder\. It has 20260301000000_later; the newest migration known here is 20260201000000_ours/,
    );
    expect(await tables()).toEqual(["later", "one"]);
  });

  // Embedded, DATA_DIR's lock admits one process; here there may be many.
  if (process.env.TEST_DATABASE_URL) {
    it("lets one of two processes that start together do the work", async () => {
      addMigration("20260101000000_one", first);
      addMigration("20260102000000_slow", "SELECT pg_sleep(0.3); CREATE TABLE two (id text);");
      const other = database.createPool();
      const applied = await Promise.all([migrate({ pool, directory }), migrate({ pool: other, directory })]);
      await other.end();
      expect(applied.flat().sort()).toEqual(["20260101000000_one", "20260102000000_slow"]);
    });
  }
});
