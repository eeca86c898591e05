import { setTimeout as wait } from "node:timers/promises";
import { PrismaPg } from "@prisma/adapter-pg";
import { Pool, type PoolConfig } from "pg";
import { clock } from "#server/clock";
import { config } from "#server/config";
import { databaseErrorFacts } from "#server/db/database-errors";
import { type EmbeddedDatabase, openEmbedded } from "#server/db/embedded";
import { type Prisma, PrismaClient } from "#server/db/generated/client";
import { type DataDirLock, lockDataDir } from "#server/db/lock";
import { migrate } from "#server/db/migrate";
import { startNotifications, stopNotifications } from "#server/db/notify";
import { checkServer } from "#server/db/preflight";
import { errorFacts, log } from "#server/log";

/**
 * Prisma's adapter drops a timestamp's offset, so every session speaks UTC. Compiling a search that the planner thinks
 * costly, as it does of many new chunks, takes 100 to 300 ms each time, longer than the search.
 */
const SESSION_OPTIONS = "-c timezone=UTC -c idle_in_transaction_session_timeout=60000 -c jit=off";
const EMBEDDED_POOL_MAX = 6;
const CONNECT_TIMEOUT_MS = 5_000;
/** Embedded, a new connection takes its turn behind a running transaction. */
const EMBEDDED_CONNECT_TIMEOUT_MS = 20_000;
/** A server that is still starting beside us is waited for this long. */
const START_PATIENCE_MS = 15_000;

interface OpenDatabase {
  lock: DataDirLock | null;
  embedded: EmbeddedDatabase | null;
  connection: PoolConfig;
  pool: Pool;
  prisma: PrismaClient;
}

const holder = globalThis as typeof globalThis & { rejoinderDatabase?: OpenDatabase };

function current(): OpenDatabase {
  if (!holder.rejoinderDatabase) throw new Error("The database is not open: openDatabase() comes first.");
  return holder.rejoinderDatabase;
}

/**
 * Opens the database that the configuration names: PGlite in DATA_DIR (locked for this process), or DATABASE_URL.
 * Checks the server and applies pending migrations. Throws with a message for the operator when it cannot be used;
 * nothing stays open or locked then.
 */
export async function openDatabase(): Promise<void> {
  if (holder.rejoinderDatabase) return;
  const { embedded: isEmbedded, dataDir, DATABASE_URL, DATABASE_POOL_SIZE } = config();
  const lock = isEmbedded ? await lockDataDir(dataDir) : null;
  let embedded: EmbeddedDatabase | null = null;
  try {
    embedded = isEmbedded ? await openEmbedded(dataDir) : null;
    const connection = embedded ? embeddedConnection(embedded.host) : nativeConnection(DATABASE_URL ?? "");
    await prepare(connection);
    const pool = createPool({
      ...connection,
      max: embedded ? Math.min(DATABASE_POOL_SIZE, EMBEDDED_POOL_MAX) : DATABASE_POOL_SIZE,
    });
    if (!embedded) await startNotifications({ settings: connection, pool });
    const prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
    holder.rejoinderDatabase = { lock, embedded, connection, pool, prisma };
  } catch (error) {
    await embedded?.close();
    lock?.release();
    throw error;
  }
}

function embeddedConnection(host: string): PoolConfig {
  return {
    host,
    user: "postgres",
    database: "postgres",
    options: SESSION_OPTIONS,
    connectionTimeoutMillis: EMBEDDED_CONNECT_TIMEOUT_MS,
  };
}

function nativeConnection(url: string): PoolConfig {
  return {
    connectionString: url,
    application_name: "rejoinder",
    options: SESSION_OPTIONS,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  };
}

function createPool(settings: PoolConfig): Pool {
  const pool = new Pool(settings);
  pool.on("error", (error) => log().warn(errorFacts(error), "an idle database connection failed"));
  return pool;
}

/** Everything before the first query of ours, over one connection that is closed again. */
async function prepare(connection: PoolConfig): Promise<void> {
  const pool = createPool({ ...connection, max: 1, idleTimeoutMillis: 0 });
  try {
    await waitForServer(pool);
    await checkServer(pool);
    const applied = await migrate({ pool });
    if (applied.length > 0) log().info({ migrations: applied }, "database migrated");
  } finally {
    await pool.end();
  }
}

async function waitForServer(pool: Pool): Promise<void> {
  const deadline = clock().now() + START_PATIENCE_MS;
  for (;;) {
    try {
      await pool.query("SELECT 1");
      return;
    } catch (error) {
      const { unreachable, code } = databaseErrorFacts(error);
      if (!unreachable) throw new Error(`The database refuses the connection: ${messageOf(error)}`, { cause: error });
      if (clock().now() > deadline)
        throw new Error(`The database cannot be reached (${code ?? messageOf(error)}). Check DATABASE_URL.`, {
          cause: error,
        });
      // A real timer: nothing else keeps the process alive yet.
      await wait(500);
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Ends all connections and, when embedded, closes the database's files and gives DATA_DIR back. */
export async function closeDatabase(): Promise<void> {
  const open = holder.rejoinderDatabase;
  if (!open) return;
  holder.rejoinderDatabase = undefined;
  await stopNotifications();
  await open.prisma.$disconnect();
  await open.pool.end();
  await open.embedded?.close();
  open.lock?.release();
}

/** Prisma's client. Inside a transaction use its own client only: this one may wait for a connection forever there. */
export function prisma(): PrismaClient {
  return current().prisma;
}

/** The connections themselves, for statements that Prisma would slow down. Scope every one by team. */
export function pool(): Pool {
  return current().pool;
}

/** How to reach the database, for parts that keep connections of their own (job queue, notifications). */
export function connectionSettings(): PoolConfig {
  return current().connection;
}

/** What {@link inTransaction} hands to its callback. */
export type TransactionClient = Prisma.TransactionClient;

const afterCommit = new WeakMap<object, (() => void)[]>();

/** Runs `run` in one transaction: committed when it resolves, rolled back when it rejects. */
export async function inTransaction<T>(run: (tx: Prisma.TransactionClient) => Promise<T>): Promise<T> {
  const tasks: (() => void)[] = [];
  const result = await current().prisma.$transaction(
    (tx) => {
      afterCommit.set(tx, tasks);
      return run(tx);
    },
    { maxWait: 5_000, timeout: 15_000 },
  );
  for (const task of tasks) task();
  return result;
}

/** Runs `task` once the transaction is committed; at once when `tx` is not one of {@link inTransaction}. */
export function onCommit(tx: Prisma.TransactionClient, task: () => void): void {
  const tasks = afterCommit.get(tx);
  if (tasks) tasks.push(task);
  else task();
}
