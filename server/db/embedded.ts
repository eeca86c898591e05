import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Worker } from "node:worker_threads";
import { clock } from "#server/clock";
import type { EmbeddedWorkerData, EmbeddedWorkerMessage } from "#server/db/embedded-worker";
import { errorFacts, log } from "#server/log";

/** A socket's path holds 107 bytes on Linux and 103 on macOS; Postgres clients append this name to a folder. */
const SOCKET_NAME = ".s.PGSQL.5432";
const SOCKET_PATH_MAX = 100;
const IDLE_IN_TRANSACTION_MS = 15_000;
const RESTART_DELAY_MS = 1_000;
/** No statement takes this long; a thread that is still at one has trapped. */
const STUCK_MS = 300_000;
const WATCH_MS = 5_000;

export interface EmbeddedDatabase {
  /** For `pg`: the folder of the unix socket. */
  host: string;
  /** Checkpoints, closes the files and ends the thread. */
  close(): Promise<void>;
}

/** Folder inside DATA_DIR that holds the database's files. */
export function databaseDirectory(dataDir: string): string {
  return join(dataDir, "database");
}

/** Folder of the unix socket: DATA_DIR, or a folder named after it in the temporary directory when the path is too long. */
export function socketDirectory(dataDir: string): string {
  if (Buffer.byteLength(join(dataDir, SOCKET_NAME)) <= SOCKET_PATH_MAX) return dataDir;
  return join(tmpdir(), `rejoinder-${createHash("sha256").update(dataDir).digest("hex").slice(0, 16)}`);
}

/**
 * Opens (or makes) the database of DATA_DIR in a worker thread and answers once it takes connections.
 * A thread that dies later is started again; the files recover as after a crash. The caller holds DATA_DIR's lock.
 * Rejects with the thread's own message when the database does not open.
 */
export async function openEmbedded(
  dataDir: string,
  { idleInTransactionMs = IDLE_IN_TRANSACTION_MS }: { idleInTransactionMs?: number } = {},
): Promise<EmbeddedDatabase> {
  const host = socketDirectory(dataDir);
  mkdirSync(host, { recursive: true, mode: 0o700 });
  const options: EmbeddedWorkerData = {
    directory: databaseDirectory(dataDir),
    socketPath: join(host, SOCKET_NAME),
    idleInTransactionMs,
    busySince: new BigInt64Array(new SharedArrayBuffer(8)),
  };
  const state: SupervisedWorker = { options, worker: await startWorker(options), closing: false };
  supervise(state);
  return {
    host,
    close: async () => {
      state.closing = true;
      const ended = new Promise<void>((resolve) => void state.worker.once("exit", () => resolve()));
      state.worker.postMessage("close");
      await ended;
    },
  };
}

interface SupervisedWorker {
  options: EmbeddedWorkerData;
  worker: Worker;
  closing: boolean;
}

function supervise(state: SupervisedWorker): void {
  watch(state, state.worker);
  state.worker.once("exit", (code) => {
    if (state.closing) return;
    log().error({ code }, "the embedded database's thread ended; starting it again");
    clock().after(RESTART_DELAY_MS, () => void restart(state));
  });
}

/** Ends a thread that no longer comes back from a statement; its end starts another. */
function watch(state: SupervisedWorker, worker: Worker): void {
  clock().after(WATCH_MS, () => {
    if (state.closing || state.worker !== worker) return;
    const since = Number(Atomics.load(state.options.busySince, 0));
    if (since > 0 && clock().now() - since > STUCK_MS) void worker.terminate();
    else watch(state, worker);
  });
}

async function restart(state: SupervisedWorker): Promise<void> {
  if (state.closing) return;
  Atomics.store(state.options.busySince, 0, 0n);
  try {
    state.worker = await startWorker(state.options);
    supervise(state);
  } catch (error) {
    log().error(errorFacts(error), "the embedded database did not open");
    clock().after(RESTART_DELAY_MS, () => void restart(state));
  }
}

function startWorker(options: EmbeddedWorkerData): Promise<Worker> {
  const worker = new Worker(new URL("./embedded-worker.ts", import.meta.url), { workerData: options });
  return new Promise((resolve, reject) => {
    worker.on("error", (error) => {
      log().error(errorFacts(error), "the embedded database's thread failed");
      reject(error);
    });
    worker.once("exit", (code) =>
      reject(new Error(`The embedded database ended with code ${code} before it was open.`)),
    );
    // Node adds messages of its own while it watches files (npm run dev).
    worker.on("message", (message: EmbeddedWorkerMessage | { type?: undefined }) => {
      if (message.type === "ready") return resolve(worker);
      if (message.type !== "failed") return;
      void worker.terminate();
      reject(new Error(`The embedded database in ${dirname(options.directory)} does not open: ${message.message}`));
    });
  });
}
