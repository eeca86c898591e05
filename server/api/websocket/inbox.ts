import type { Duplex } from "node:stream";
import type { RawData, WebSocket } from "ws";
import { config } from "#server/config";
import { AppError, isAppError } from "#server/errors";
import { openMemoryShare } from "#server/services/responses/capacity";

/** A message that waits for its turn. */
export type Waiting =
  | { type: "message"; data: Buffer }
  /** So many messages in a row that were not kept. Each is still answered, in its place. */
  | { type: "refused"; error: AppError; times: number };

/** What arrives of one connection, in order, within bounds. */
export interface Inbox {
  /** The oldest message, which waits no longer; null when there is none. Its bytes stay counted until `release`. */
  next(): Waiting | null;
  release(message: Waiting): void;
  /** Drops what waits and keeps nothing that still comes. */
  close(): void;
}

export interface InboxOptions {
  socket: WebSocket;
  /** The stream beneath the socket: bytes are counted as they arrive, before they are a message. */
  stream: Duplex;
  /** Called after each message. */
  onMessage(): void;
  /** Called when a message is so large that this process has no room for its rest. */
  onOverload(): void;
}

/** A message below this size is always taken in, so that it can be refused in words. */
const SMALL_BYTES = 64 * 1024;
/** What a frame from a client has around a short payload. */
const CONTROL_FRAME_BYTES = 6;

function toBuffer(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}

/**
 * Opens the inbox of a connection. At most WEBSOCKET_MAX_QUEUED_TURNS messages wait, and their bytes count against
 * MAX_QUEUED_BYTES like those of HTTP bodies.
 */
export function openInbox({ socket, stream, onMessage, onOverload }: InboxOptions): Inbox {
  const bytes = openMemoryShare();
  const waiting: Waiting[] = [];
  let messages = 0;
  let arriving = 0;

  const arrived = (count: number) => {
    const gone = Math.min(count, arriving);
    arriving -= gone;
    bytes.release(gone);
  };
  const keep = (data: Buffer) => {
    const { WEBSOCKET_MAX_QUEUED_TURNS: most } = config();
    if (messages >= most) {
      throw new AppError("rate_limit_exceeded", `At most ${most} requests may wait on one connection.`);
    }
    bytes.hold(data.length);
    messages += 1;
    waiting.push({ type: "message", data });
  };
  const refuse = (error: unknown) => {
    if (!isAppError(error)) throw error;
    const last = waiting.at(-1);
    if (last?.type === "refused" && last.error.code === error.code) last.times += 1;
    else waiting.push({ type: "refused", error, times: 1 });
  };

  const onData = (chunk: Buffer) => {
    arriving += chunk.length;
    try {
      if (arriving > SMALL_BYTES) bytes.hold(chunk.length);
      else bytes.add(chunk.length);
    } catch {
      onOverload();
    }
  };
  // Before the WebSocket's own listener: a message must not be over before its bytes are counted.
  stream.prependListener("data", onData);
  for (const type of ["ping", "pong"] as const) {
    socket.on(type, (data: Buffer) => arrived(data.length + CONTROL_FRAME_BYTES));
  }
  const onWhole = (data: RawData) => {
    arrived(arriving);
    try {
      keep(toBuffer(data));
    } catch (error) {
      refuse(error);
    }
    onMessage();
  };
  socket.on("message", onWhole);

  return {
    next() {
      const next = waiting.shift() ?? null;
      if (next?.type === "message") messages -= 1;
      return next;
    },
    release(message) {
      if (message.type === "message") bytes.release(message.data.length);
    },
    close() {
      stream.off("data", onData);
      socket.off("message", onWhole);
      waiting.length = 0;
      messages = 0;
      bytes.leave();
    },
  };
}
