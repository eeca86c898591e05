import { readFileSync } from "node:fs";
import type { Pool } from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { migrationsDirectory, readMigrations } from "#server/db/migrate";
import { diffSchema, EMPTY_MIGRATION } from "#server/db/schema-diff";
import { type BareDatabase, openBareDatabase } from "#tests/support/bare-database";
import { compareCatalogues, readCatalogue } from "#tests/support/catalogue";

const schema = readFileSync("prisma/schema.prisma", "utf8");
/** Blocks parted by empty lines, those of comments only left out. */
const rawStatements = readFileSync("prisma/raw.sql", "utf8")
  .split(/\n\n+/)
  .map((block) => block.trim())
  .filter((block) => block.split("\n").some((line) => line !== "" && !line.startsWith("--")));

let database: BareDatabase;
let pool: Pool;
let migrations: string;
let expected: string[];

beforeAll(async () => {
  database = await openBareDatabase();
  pool = database.createPool();
  migrations = (await readMigrations(migrationsDirectory())).map(({ sql }) => sql).join("\n");
  expected = await catalogueOf(await statedSchema());
});
afterAll(async () => {
  await pool.end();
  await database.close();
});
beforeEach(() => clear());

async function clear(): Promise<void> {
  await pool.query("DROP EXTENSION IF EXISTS vector CASCADE");
  await pool.query("DROP SCHEMA public CASCADE");
  await pool.query("CREATE SCHEMA public");
  await pool.query("DROP FUNCTION IF EXISTS pg_temp.partition_by_id");
}

/** What schema.prisma and raw.sql say together: extensions, the tables, then the rest. */
async function statedSchema(): Promise<string> {
  const isExtension = (statement: string) => statement.includes("CREATE EXTENSION");
  const tables = await diffSchema(pool, schema, "empty");
  return [...rawStatements.filter(isExtension), tables, ...rawStatements.filter((one) => !isExtension(one))].join(
    "\n\n",
  );
}

async function catalogueOf(sql: string): Promise<string[]> {
  await clear();
  await pool.query(sql);
  return readCatalogue(pool);
}

describe("the migrations", () => {
  it("make exactly what schema.prisma and raw.sql say", async () => {
    expect(compareCatalogues(expected, await catalogueOf(migrations))).toEqual([]);
  });

  it("leave nothing for Prisma's own diff against schema.prisma", async () => {
    await pool.query(migrations);
    expect(await diffSchema(pool, schema)).toBe(EMPTY_MIGRATION);
  });

  it.each(
    rawStatements.map((statement) => [statement.split("\n").find((line) => !line.startsWith("--")) ?? "", statement]),
  )("would be found out without: %s", async (_, statement) => {
    expect(migrations).toContain(statement);
    // The pool has one connection. Taken back, tables are gone in no time; dropped, they take as long as to be made.
    await pool.query("BEGIN");
    const found = await pool.query(migrations.replace(statement, "")).then(
      () => readCatalogue(pool),
      (error: Error) => [`fails: ${error.message}`],
    );
    await pool.query("ROLLBACK");
    expect(compareCatalogues(expected, found)).not.toEqual([]);
  });

  it("are missed when schema.prisma says more than they do", async () => {
    await pool.query(migrations);
    const more = schema.replace("model Team {", "model Team {\n  motto String?");
    expect(await diffSchema(pool, more)).toBe('-- AlterTable\nALTER TABLE "team" ADD COLUMN     "motto" TEXT;');
  });

  it("state a reason before every statement of raw.sql", () => {
    expect(rawStatements.filter((statement) => !statement.startsWith("-- "))).toEqual([]);
  });

  it("compare every id byte by byte, keep vectors in their rows and partition what grows", async () => {
    await pool.query(migrations);
    const lines = await readCatalogue(pool);
    const ids = lines.filter((line) => /^column \S+ (id|\w+_ids?) text/.test(line));
    expect(ids.length).toBeGreaterThan(50);
    expect(ids.filter((line) => !line.includes(" collation C "))).toEqual([]);
    expect(lines.filter((line) => line.startsWith("relation") && line.includes("RANGE (id)"))).toEqual([
      "relation span p RANGE (id)",
      "relation trace p RANGE (id)",
      "relation trace_payload p RANGE (id)",
    ]);
    expect(lines.filter((line) => line.endsWith(" DEFAULT"))).toHaveLength(3);
    expect(lines.find((line) => line.startsWith("column chunk_embedding embedding"))).toContain("storage p");
    expect(
      lines.some((line) => line.includes("USING gin (((tsv || array_to_tsvector(ARRAY[vector_store_id]))))")),
    ).toBe(true);
  });
});
