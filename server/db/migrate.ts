import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Pool } from "pg";
import { type HistoryDiagnostic, openSchemaEngine, type SchemaEngine } from "#server/db/schema-engine";

/** The engine's own key (it takes it again, in the same session): whoever migrates holds it, Prisma's CLI included. */
const LOCK_KEY = 72_707_369;
const FILTERS = { externalTables: [], externalEnums: [] };

export interface Migration {
  /** Folder name: `<timestamp>_<what>`. Sorts by time. */
  name: string;
  sql: string;
}

/** The folder of the migrations that this version was built with. */
export function migrationsDirectory(): string {
  return join(process.cwd(), "prisma", "migrations");
}

/** Reads a migrations folder, oldest first. Throws when there is none. */
export async function readMigrations(directory: string): Promise<Migration[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const read = async (name: string) => ({ name, sql: await readFile(join(directory, name, "migration.sql"), "utf8") });
  return Promise.all(names.sort().map(read));
}

function toMigrationList(directory: string, migrations: Migration[]) {
  return {
    baseDir: directory,
    lockfile: { path: "./migration_lock.toml", content: 'provider = "postgresql"\n' },
    shadowDbInitScript: "",
    migrationDirectories: migrations.map(({ name, sql }) => ({
      path: name,
      migrationFile: { path: "migration.sql", content: { tag: "ok" as const, value: sql } },
    })),
  };
}

/**
 * The script of a migration marks itself as done: script and mark are one transaction, so an unfinished row in
 * `_prisma_migrations` always means that nothing of it was kept, a killed process included.
 */
function withFinishMark(sql: string): string {
  return `${sql}\n;UPDATE _prisma_migrations SET finished_at = now() WHERE finished_at IS NULL AND rolled_back_at IS NULL;`;
}

export interface MigrateInput {
  /** A pool of ONE connection: it holds the lock, and everything runs on it. */
  pool: Pool;
  directory?: string;
}

/**
 * Brings the database to this version and returns the names of the migrations applied now. One process at a time.
 * Throws, with the database unchanged, when it is newer than this version, when an applied migration was edited
 * since, and when a migration fails (that one is rolled back whole and tried again at the next start).
 */
export async function migrate({ pool, directory = migrationsDirectory() }: MigrateInput): Promise<string[]> {
  if (!existsSync(directory))
    throw new Error(`There are no migrations in ${directory}: start from the project's folder.`);
  const migrations = await readMigrations(directory);
  const scripts = new Set(migrations.map(({ sql }) => sql));
  const rewriteScript = (script: string) => (scripts.has(script) ? withFinishMark(script) : script);
  const engine = await openSchemaEngine(pool, { rewriteScript });
  await pool.query(`SELECT pg_advisory_lock(${LOCK_KEY})`);
  try {
    return await applyPending({ engine, directory, migrations });
  } finally {
    engine.free();
    await pool.query("SELECT pg_advisory_unlock_all()");
  }
}

interface Pending {
  engine: SchemaEngine;
  directory: string;
  migrations: Migration[];
}

async function applyPending({ engine, directory, migrations }: Pending): Promise<string[]> {
  const migrationsList = toMigrationList(directory, migrations);
  const diagnose = () =>
    engine.diagnoseMigrationHistory({ migrationsList, optInToShadowDatabase: false, filters: FILTERS });
  await setAside(engine, (await diagnose()).failedMigrationNames);
  const state = await diagnose();
  refuseNewer(state.history, migrations);
  if (state.editedMigrationNames.length > 0) {
    throw new Error(
      `Migrations were changed after they were applied to this database: ${state.editedMigrationNames.join(", ")}. Put the original files back.`,
    );
  }
  try {
    const { appliedMigrationNames } = await engine.applyMigrations({ migrationsList, filters: FILTERS });
    return appliedMigrationNames;
  } catch (error) {
    const after = await diagnose();
    await setAside(engine, after.failedMigrationNames);
    const name = after.failedMigrationNames[0] ?? "A migration";
    throw new Error(`Migration ${name} failed and was rolled back; nothing of it was kept. ${reasonOf(error)}`, {
      cause: error,
    });
  }
}

/** The database's own message: the engine puts a headline before it and its call stack behind it. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const lines = text
    .split("\n")
    .filter((line) => !/^\s+(\d+:|with |at )/.test(line) && line !== "external connector error");
  return lines.join(" ").replace("Error querying the database: ", "");
}

function refuseNewer(history: HistoryDiagnostic | null, migrations: Migration[]): void {
  if (!history || history.diagnostic === "databaseIsBehind") return;
  const newest = migrations.at(-1)?.name ?? "none";
  throw new Error(
    `The database is newer than this version of Rejoinder. It has ${history.unpersistedMigrationNames.join(", ")}; ` +
      `the newest migration known here is ${newest}. Start the version that wrote it, or restore a backup.`,
  );
}

/** Unfinished means rolled back (see `withFinishMark`): the row stays as a record and the migration is tried again. */
async function setAside(engine: SchemaEngine, names: string[]): Promise<void> {
  for (const migrationName of names) await engine.markMigrationRolledBack({ migrationName });
}
