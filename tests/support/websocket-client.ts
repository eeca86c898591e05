import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { WebSocket } from "ws";
import { brokenRules, type WireEvent } from "#server/protocol/stream-rules";
import { hasReference } from "#tests/support/captures";
import { violations } from "#tests/support/contract-schemas";
import type { ServerAddress } from "#tests/support/server";

const LAST = ["response.completed", "response.incomplete", "response.failed", "error"];

/** A WebSocket to `/v1/responses`, and everything it has received. */
export interface TestSocket {
  socket: WebSocket;
  /** Every message so far, as text. */
  received: string[];
  /** Sends `response.create` with this body. */
  create(body: Record<string, unknown>): void;
  /** The messages of the next turn, up to its last. Rejects when the connection closes before. */
  turn(): Promise<WireEvent[]>;
  /** The next message. Rejects when the connection closes before. */
  next(): Promise<WireEvent>;
  /** Resolves with the close code and reason. */
  closed: Promise<{ code: number; reason: string }>;
  close(): Promise<void>;
}

export interface SocketOptions {
  key: string;
  headers?: Record<string, string>;
  /** Ask for strict Open Responses. */
  strict?: boolean;
}

function connect({ url }: Pick<ServerAddress, "url">, { key, headers = {}, strict }: SocketOptions): WebSocket {
  const version: Record<string, string> = strict ? { "openresponses-version": "latest" } : {};
  return new WebSocket(`${url.replace("http", "ws")}/v1/responses`, {
    headers: { authorization: `Bearer ${key}`, ...version, ...headers },
  });
}

/** Everything a socket receives from now on, to be read one after another. */
export function collect(socket: WebSocket): Pick<TestSocket, "received" | "next" | "turn" | "closed"> {
  const received: string[] = [];
  let read = 0;
  let wake = () => {};
  let ended: string | null = null;
  socket.on("message", (data) => {
    received.push(String(data));
    wake();
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on("close", (code, reason) => {
      ended = `the connection closed with ${code} ${String(reason)}`;
      resolve({ code, reason: String(reason) });
      wake();
    });
  });
  const next = async (): Promise<WireEvent> => {
    while (read === received.length) {
      if (ended !== null) throw new Error(ended);
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    return JSON.parse(received[read++] ?? "");
  };
  const turn = async (): Promise<WireEvent[]> => {
    const events: WireEvent[] = [];
    for (;;) {
      const event = await next();
      events.push(event);
      if (LAST.includes(event.type)) return events;
    }
  };
  return { received, next, turn, closed };
}

/** Opens a connection. Rejects when the upgrade is refused. */
export async function openSocket(server: Pick<ServerAddress, "url">, options: SocketOptions): Promise<TestSocket> {
  const socket = connect(server, options);
  const inbox = collect(socket);
  await once(socket, "open");
  return {
    socket,
    ...inbox,
    create: (body) => socket.send(JSON.stringify({ type: "response.create", ...body })),
    close: async () => {
      socket.close();
      await inbox.closed;
    },
  };
}

/** The HTTP answer to an upgrade that is refused. */
export function refusedUpgrade(
  server: Pick<ServerAddress, "url">,
  options: SocketOptions,
): Promise<{ status: number; headers: IncomingMessage["headers"]; body: Record<string, unknown> }> {
  const socket = connect(server, options);
  return new Promise((resolve, reject) => {
    socket.on("error", () => {});
    socket.on("open", () => reject(new Error("the upgrade was taken")));
    socket.on("unexpected-response", (_request, answer: IncomingMessage) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (chunk: string) => (text += chunk));
      answer.on("end", () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: JSON.parse(text) }),
      );
    });
  });
}

/** Sends one request and reads its turn. */
export async function ask(socket: TestSocket, body: Record<string, unknown>): Promise<WireEvent[]> {
  socket.create(body);
  return socket.turn();
}

export interface TestEnvelope extends WireEvent {
  status: number;
  error: { code: string; headers: Record<string, string> };
}

/** The envelope with which a turn was refused; throws an Error when the turn has anything else. */
export function envelopeOf(events: WireEvent[]): TestEnvelope {
  const [envelope, ...rest] = events;
  if (envelope?.type !== "error" || rest.length > 0) throw new Error(`not one envelope: ${JSON.stringify(events)}`);
  const faults = hasReference ? violations("open-responses", "WebSocketErrorEvent", envelope) : [];
  if (faults.length > 0) throw new Error(faults.join("\n"));
  return envelope as TestEnvelope;
}

/** Sockets of one suite, all closed together. */
export interface SocketPool {
  open(options: SocketOptions): Promise<TestSocket>;
  /** Closes all; throws an Error when one of them ever received the `[DONE]` of SSE. */
  close(): void;
}

export function socketPool(server: Pick<ServerAddress, "url">): SocketPool {
  const sockets: TestSocket[] = [];
  return {
    async open(options) {
      const socket = await openSocket(server, options);
      sockets.push(socket);
      return socket;
    },
    close() {
      for (const { socket, received } of sockets.splice(0)) {
        socket.terminate();
        if (received.some((text) => text.includes("[DONE]"))) throw new Error("[DONE] was sent");
      }
    },
  };
}

/** The last response of a turn that must be a good stream to its end; throws an Error that says what is wrong. */
export function responseOf(events: WireEvent[]): Record<string, unknown> & { id: string; status: string } {
  const faults = brokenRules(events);
  if (faults.length > 0) throw new Error(`${faults.join("\n")}\n${JSON.stringify(events.at(-1))}`);
  return events.at(-1)?.response as Record<string, unknown> & { id: string; status: string };
}

/** The text of all messages of a response. */
export function textOf(response: Record<string, unknown>): string {
  const output = response.output as { type: string; content?: { text?: string }[] }[];
  return output
    .flatMap((item) => (item.type === "message" ? (item.content ?? []) : []))
    .map((p) => p.text)
    .join("");
}
