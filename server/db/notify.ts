import { EventEmitter } from "node:events";
import { Client, type Pool, type PoolConfig } from "pg";
import { clock } from "#server/clock";
import { log } from "#server/log";

export type NotificationHandler = (payload: string) => void;

/** All our messages travel on one Postgres channel, so one LISTEN serves whatever is subscribed later. */
const CHANNEL = "rejoinder";
const RECONNECT_MS = 500;
/** A quiet connection is asked this often whether it is still there. */
const HEARTBEAT_MS = 10_000;

interface Bus {
  handlers: EventEmitter;
  /** Null while messages stay in this process: embedded, or not started. */
  listener: Listener | null;
}

const holder = globalThis as typeof globalThis & { rejoinderBus?: Bus };

function bus(): Bus {
  holder.rejoinderBus ??= { handlers: new EventEmitter().setMaxListeners(0), listener: null };
  return holder.rejoinderBus;
}

/**
 * Sends `payload` (at most 7,000 bytes) to every subscriber of `channel` on every node, this one included.
 * Resolves when it is handed over; delivery is at most once, so a receiver must also find out without it.
 */
export async function publish(channel: string, payload: string): Promise<void> {
  const { listener } = bus();
  if (listener) await listener.send(`${channel}\n${payload}`);
  else deliver(channel, payload);
}

/** Calls `handler` for every message of `channel` from now on; the returned function ends that. */
export function subscribe(channel: string, handler: NotificationHandler): () => void {
  const { handlers } = bus();
  handlers.on(channel, handler);
  return () => void handlers.off(channel, handler);
}

function deliver(channel: string, payload: string): void {
  bus().handlers.emit(channel, payload);
}

export interface NotifyConnection {
  settings: PoolConfig;
  pool: Pool;
}

/** Joins the nodes of a native server: listens on a connection of its own and resolves once it does. */
export async function startNotifications(connection: NotifyConnection): Promise<void> {
  const listener = new Listener(connection);
  await listener.connect();
  bus().listener = listener;
}

/** Leaves the other nodes. Subscriptions stay. */
export async function stopNotifications(): Promise<void> {
  const { listener } = bus();
  bus().listener = null;
  await listener?.stop();
}

/** One connection that listens, opened again whenever it breaks. */
class Listener {
  readonly #connection: NotifyConnection;
  #client: Client | null = null;
  #stopped = false;
  #cancelTimer: () => void = () => {};

  constructor(connection: NotifyConnection) {
    this.#connection = connection;
  }

  async send(message: string): Promise<void> {
    await this.#connection.pool.query("SELECT pg_notify($1, $2)", [CHANNEL, message]);
  }

  async connect(): Promise<void> {
    const client = new Client({ ...this.#connection.settings, keepAlive: true });
    this.#client = client;
    client.on("notification", ({ payload = "" }) => {
      const end = payload.indexOf("\n");
      deliver(payload.slice(0, end), payload.slice(end + 1));
    });
    client.on("error", () => this.#lost(client));
    client.on("end", () => this.#lost(client));
    await client.connect();
    await client.query(`LISTEN ${CHANNEL}`);
    this.#beat(client);
  }

  #beat(client: Client): void {
    this.#cancelTimer = clock().after(HEARTBEAT_MS, () => {
      client.query("SELECT 1").then(
        () => this.#client === client && this.#beat(client),
        () => this.#lost(client),
      );
    });
  }

  #lost(client: Client): void {
    if (this.#stopped || this.#client !== client) return;
    log().warn("the notification connection broke; connecting again");
    this.#client = null;
    client.end().catch(() => {});
    this.#retryLater();
  }

  #retryLater(): void {
    this.#cancelTimer();
    this.#cancelTimer = clock().after(RECONNECT_MS, () => {
      if (this.#stopped) return;
      this.connect().catch(() => {
        this.#client = null;
        this.#retryLater();
      });
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelTimer();
    await this.#client?.end();
  }
}
