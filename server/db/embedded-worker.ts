import { randomUUID } from "node:crypto";
import { cpSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { PGlite } from "@electric-sql/pglite";
import { vector } from "@electric-sql/pglite-pgvector";
import { clock } from "#server/clock";
import { simpleQueryMessage, syncMessage, WireReader, type WireRequest } from "#server/db/embedded-wire";

/**
 * The embedded database: PGlite in a thread of its own, behind a unix socket that speaks the Postgres protocol.
 * PGlite is one session, so clients take turns: a batch runs whole, and a transaction keeps the others waiting.
 */
export interface EmbeddedWorkerData {
  /** Folder of the database; made when it is not there. */
  directory: string;
  socketPath: string;
  /** A client that holds a transaction and says nothing this long, in ms, is disconnected when others wait. */
  idleInTransactionMs: number;
  /** Shared with the parent: when the running batch began, in ms since the epoch; 0 between batches. */
  busySince: BigInt64Array;
}

/** What the worker tells its parent. */
export type EmbeddedWorkerMessage = { type: "ready" } | { type: "failed"; message: string };

const READY_MARK = "rejoinder-ready";
/** `BACKUP TO '<directory>'` copies the database there between two statements; not part of SQL. */
const BACKUP = /^BACKUP TO '([^']+)'$/;

/** Severities after which Postgres ends itself. PGlite would go on calling it, without end. */
const LAST_WORDS = ["SPANIC\0VPANIC\0C", "SFATAL\0VFATAL\0C"];

interface Client {
  socket: Socket;
  reader: WireReader;
  waiting: Extract<WireRequest, { message: Uint8Array }>[];
  gone: boolean;
}

class EmbeddedServer {
  readonly #database: PGlite;
  readonly #options: EmbeddedWorkerData;
  readonly #clients = new Set<Client>();
  /** Whose transaction or unfinished batch is open. */
  #owner: Client | null = null;
  #stopWatching: () => void = () => {};
  #running = false;
  #nextClient = 1;

  constructor(database: PGlite, options: EmbeddedWorkerData) {
    this.#database = database;
    this.#options = options;
  }

  accept(socket: Socket): void {
    const client: Client = { socket, reader: new WireReader(`c${this.#nextClient++}_`), waiting: [], gone: false };
    this.#clients.add(client);
    socket.on("data", (data) => this.#receive(client, data));
    socket.on("error", () => socket.destroy());
    socket.on("close", () => this.#leave(client));
  }

  #receive(client: Client, data: Buffer): void {
    for (const request of client.reader.push(data)) {
      if (request.kind === "encryption") client.socket.write("N");
      else if (request.kind === "end") client.socket.end();
      else client.waiting.push(request);
    }
    void this.#work();
  }

  #leave(client: Client): void {
    client.gone = true;
    client.waiting = [];
    this.#clients.delete(client);
    void this.#work();
  }

  /** Runs what waits, one batch at a time, until nothing is left that may run. */
  async #work(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    this.#stopWatching();
    try {
      for (;;) {
        if (this.#owner?.gone) await this.#rollBack();
        const client = this.#pick();
        const request = client?.waiting.shift();
        if (!client || !request) break;
        await this.#run(client, request);
      }
    } finally {
      this.#running = false;
    }
    this.#watchOwner();
  }

  #pick(): Client | null {
    if (this.#owner) return this.#owner.waiting.length > 0 ? this.#owner : null;
    for (const client of this.#clients) {
      if (client.waiting.length === 0) continue;
      // To the back of the line, so that everyone gets a turn.
      this.#clients.delete(client);
      this.#clients.add(client);
      return client;
    }
    return null;
  }

  async #run(client: Client, request: Extract<WireRequest, { message: Uint8Array }>): Promise<void> {
    const backup = request.kind === "batch" ? BACKUP.exec(request.simpleQuery ?? "") : null;
    if (backup?.[1] && !this.#owner) return this.#backUp(client, backup[1]);
    const { socket } = client;
    socket.cork();
    const { busySince } = this.#options;
    Atomics.store(busySince, 0, BigInt(clock().now()));
    await this.#database.execProtocolRawStream(request.message, {
      onRawData: (data) => {
        const copy = Buffer.from(data);
        if (LAST_WORDS.some((words) => copy.includes(words))) process.exit(1);
        if (!client.gone) socket.write(copy);
      },
    });
    Atomics.store(busySince, 0, 0n);
    socket.uncork();
    const open = (request.kind === "batch" && !request.settled) || this.#database.isInTransaction();
    this.#owner = open ? client : null;
  }

  async #rollBack(): Promise<void> {
    const messages = Buffer.concat([syncMessage, simpleQueryMessage("ROLLBACK")]);
    await this.#database.execProtocolRawStream(messages, { onRawData: () => {} });
    this.#owner = null;
  }

  async #backUp(client: Client, target: string): Promise<void> {
    let reply: Buffer;
    try {
      await this.#database.exec("CHECKPOINT");
      cpSync(this.#options.directory, target, { recursive: true, errorOnExist: true, force: false });
      reply = commandComplete("BACKUP");
    } catch (error) {
      reply = errorResponse(error instanceof Error ? error.message : String(error));
    }
    client.socket.write(reply);
  }

  #watchOwner(): void {
    const owner = this.#owner;
    if (!owner) return;
    this.#stopWatching = clock().after(this.#options.idleInTransactionMs, () => {
      const othersWait = [...this.#clients].some((client) => client !== owner && client.waiting.length > 0);
      if (othersWait) owner.socket.destroy();
      else this.#watchOwner();
    });
  }

  /** Ends every connection once the running batch is done. */
  async close(): Promise<void> {
    for (const client of this.#clients) client.socket.destroy();
    await new Promise((resolve) => setImmediate(resolve));
    await this.#work();
    this.#stopWatching();
  }
}

const readyForQuery = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);

function message(type: string, body: string): Buffer {
  const text = Buffer.from(body);
  const header = Buffer.from([type.charCodeAt(0), 0, 0, 0, 0]);
  header.writeInt32BE(4 + text.length, 1);
  return Buffer.concat([header, text]);
}

function commandComplete(tag: string): Buffer {
  return Buffer.concat([message("C", `${tag}\0`), readyForQuery]);
}

function errorResponse(text: string): Buffer {
  return Buffer.concat([message("E", `SERROR\0VERROR\0C58030\0M${text}\0\0`), readyForQuery]);
}

/** Opens the folder. One whose making was interrupted is set aside, never removed. */
async function openDatabase(directory: string): Promise<PGlite> {
  const mark = join(directory, READY_MARK);
  if (existsSync(directory) && !existsSync(mark)) renameSync(directory, `${directory}.unfinished-${randomUUID()}`);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const database = await PGlite.create({ dataDir: directory, extensions: { vector } });
  await database.exec("SET TIME ZONE 'UTC'");
  writeFileSync(mark, "");
  return database;
}

async function main(options: EmbeddedWorkerData): Promise<void> {
  const database = await openDatabase(options.directory);
  const embedded = new EmbeddedServer(database, options);
  rmSync(options.socketPath, { force: true });
  const server: Server = createServer((socket) => embedded.accept(socket));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.socketPath, resolve);
  });
  parentPort?.once("message", async () => {
    server.close();
    await embedded.close();
    await database.close();
    process.exit(0);
  });
  parentPort?.postMessage({ type: "ready" } satisfies EmbeddedWorkerMessage);
}

main(workerData as EmbeddedWorkerData).catch((error: unknown) => {
  const text = error instanceof Error ? error.message : String(error);
  parentPort?.postMessage({ type: "failed", message: text } satisfies EmbeddedWorkerMessage);
});
