import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Pool } from "pg";
import { openEmbedded } from "#server/db/embedded";
import { migrate } from "#server/db/migrate";
import { openSchemaEngine } from "#server/db/schema-engine";

/** What Prisma prints when there is nothing to do. */
export const EMPTY_MIGRATION = "-- This is an empty migration.";

/** SQL that takes the database at `pool` (or an empty one) to `schema`, the text of a schema.prisma. */
export async function diffSchema(
  from: Pool,
  schema: string,
  start: "database" | "empty" = "database",
): Promise<string> {
  const files = [{ path: "schema.prisma", content: schema }];
  const engine = await openSchemaEngine(from, { schema });
  try {
    const { stdout } = await engine.diff({
      from: start === "empty" ? { tag: "empty" } : { tag: "schemaDatasource", files, configDir: process.cwd() },
      to: { tag: "schemaDatamodel", files },
      script: true,
      exitCode: null,
      filters: { externalTables: [], externalEnums: [] },
    });
    return (stdout ?? "").trim();
  } finally {
    engine.free();
  }
}

/** SQL of the next migration: from all migrations, applied to a database of their own, to prisma/schema.prisma. */
export async function nextMigration(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "rejoinder-migration-"));
  const embedded = await openEmbedded(directory);
  const pool = new Pool({ host: embedded.host, user: "postgres", database: "postgres", max: 1 });
  try {
    await migrate({ pool });
    return await diffSchema(pool, await readFile("prisma/schema.prisma", "utf8"));
  } finally {
    await pool.end();
    await embedded.close();
    await rm(directory, { recursive: true, force: true });
  }
}
