import { createHash, randomBytes } from "node:crypto";
import { cpSync } from "node:fs";
import { mkdtemp, rename, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { parseConfig, setConfig } from "#server/config";
import { closeDatabase, openDatabase, prisma } from "#server/db/client";
import { databaseDirectory } from "#server/db/embedded";
import { migrationsDirectory, readMigrations } from "#server/db/migrate";
import { newId } from "#server/ids";

export interface TestDatabase {
  /** Empty when embedded. */
  databaseUrl: string;
  dataDir: string;
  close(): Promise<void>;
}

/** Environment of a test's configuration, beside what names its database. */
const ENVIRONMENT = {
  NODE_ENV: "test",
  LOG_LEVEL: "silent",
  API_KEY_PEPPER: "test-pepper-of-at-least-32-characters",
  SESSION_SECRET: "test-session-secret-of-32-characters",
  ENCRYPTION_KEY: Buffer.alloc(32, 7).toString("base64"),
};

export interface PreparedDatabase {
  /** What a process of its own needs in its environment to open the same database. */
  environment: Record<string, string>;
  databaseUrl: string;
  dataDir: string;
  remove(): Promise<void>;
}

/**
 * Makes a database without opening it: on TEST_DATABASE_URL's server when that is set, else (or with an empty
 * `server`) embedded, migrated, in a folder of its own.
 */
export async function prepareTestDatabase(server = process.env.TEST_DATABASE_URL): Promise<PreparedDatabase> {
  const dataDir = await mkdtemp(join(tmpdir(), "rejoinder-test-"));
  const native = server ? await createNativeDatabase(server) : null;
  if (!native) await copyTemplate(dataDir);
  const environment = {
    ...ENVIRONMENT,
    DATA_DIR: dataDir,
    ...(native && { DATABASE_URL: native.url, DATABASE_POOL_SIZE: "6" }),
  };
  return {
    environment,
    databaseUrl: native?.url ?? "",
    dataDir,
    remove: async () => {
      await native?.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/**
 * Opens a migrated, empty database for this test file and puts a fitting configuration in force; `environment` adds
 * variables to it.
 */
export async function openTestDatabase(environment: Record<string, string> = {}): Promise<TestDatabase> {
  const prepared = await prepareTestDatabase();
  setConfig(parseConfig({ ...prepared.environment, ...environment }));
  await openDatabase();
  return {
    databaseUrl: prepared.databaseUrl,
    dataDir: prepared.dataDir,
    close: async () => {
      await closeDatabase();
      await prepared.remove();
    },
  };
}

/** Adds a team. */
export async function createTeam({ name = "Test team" }: { name?: string } = {}): Promise<{ teamId: string }> {
  const team = await prisma().team.create({ data: { id: newId("team"), name } });
  return { teamId: team.id };
}

/** Making a PGlite folder takes seconds; a copy of one made before takes none. */
async function copyTemplate(dataDir: string): Promise<void> {
  const template = join(tmpdir(), `rejoinder-test-template-${await migrationsHash()}`);
  if (!(await exists(template))) await makeTemplate(template);
  // A thousand small files: the asynchronous copy takes ten times as long.
  cpSync(databaseDirectory(template), databaseDirectory(dataDir), { recursive: true });
}

/** Made under a name of its own and renamed when complete, so that processes may race for it. */
async function makeTemplate(template: string): Promise<void> {
  const making = await mkdtemp(`${template}.`);
  setConfig(parseConfig({ ...ENVIRONMENT, DATA_DIR: making }));
  await openDatabase();
  await closeDatabase();
  try {
    await rename(making, template);
  } catch {
    await rm(making, { recursive: true, force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function migrationsHash(): Promise<string> {
  const hash = createHash("sha256").update(process.version);
  for (const { name, sql } of await readMigrations(migrationsDirectory())) hash.update(`${name}\0${sql}\0`);
  return hash.digest("hex").slice(0, 16);
}

/** A database of its own on the given server, with pgvector. */
export async function createNativeDatabase(server: string): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `rejoinder_test_${randomBytes(6).toString("hex")}`;
  const url = new URL(server);
  url.pathname = `/${name}`;
  await administer(server, `CREATE DATABASE ${name}`);
  return { url: url.toString(), drop: () => administer(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

async function administer(server: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
