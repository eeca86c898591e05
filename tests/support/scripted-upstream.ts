import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** One request that the upstream received, and the means to answer it step by step. */
export interface UpstreamExchange {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  /** The parsed JSON body; empty where there is none. */
  body: Record<string, unknown>;
  /** The body as it came. */
  rawBody: string;
  /** Answers with a whole JSON body. */
  json(status: number, body: unknown, headers?: Record<string, string>): void;
  /** Starts an event stream; later calls change nothing. */
  openStream(headers?: Record<string, string>): void;
  /** Sends one `data:` frame. Starts the stream when needed. */
  send(data: unknown): void;
  /** Sends bytes as they are. Starts the stream when needed. */
  sendRaw(bytes: string | Uint8Array): void;
  /** Ends an event stream with `[DONE]`. */
  done(): void;
  /** Ends an event stream without an end mark. */
  end(): void;
  /** Cuts the connection without an end. */
  cut(): void;
  /** Resolves when the caller's socket closed before the answer was whole. */
  readonly abandoned: Promise<void>;
}

export type UpstreamScript = (exchange: UpstreamExchange) => void | Promise<void>;

export interface ScriptedUpstream {
  /** `http://127.0.0.1:<port>/v1` */
  baseUrl: string;
  /** Every request so far, oldest first. */
  requests: UpstreamExchange[];
  /** Answers the next requests, one script each, in order. Without one the default answers. */
  script(...scripts: UpstreamScript[]): void;
  /** Answers every request that no script was queued for. */
  setDefault(script: UpstreamScript): void;
  /** Connections so far. */
  connections(): number;
  /** Connections that are open now. */
  openConnections(): Promise<number>;
  close(): Promise<void>;
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

async function openExchange(incoming: IncomingMessage, outgoing: ServerResponse): Promise<UpstreamExchange> {
  const rawBody = await readBody(incoming);
  const isForm = incoming.headers["content-type"]?.startsWith("multipart/") ?? false;
  const body = rawBody === "" || isForm ? {} : (JSON.parse(rawBody) as Record<string, unknown>);
  const openStream = (headers: Record<string, string> = {}) => {
    if (!outgoing.headersSent) outgoing.writeHead(200, { "content-type": "text/event-stream", ...headers });
    outgoing.flushHeaders();
  };
  const sendRaw = (bytes: string | Uint8Array) => {
    openStream();
    outgoing.write(bytes);
  };
  return {
    method: incoming.method ?? "",
    path: incoming.url ?? "",
    headers: incoming.headers,
    body,
    rawBody,
    json: (status, answer, headers = {}) => {
      outgoing.writeHead(status, { "content-type": "application/json", ...headers });
      outgoing.end(JSON.stringify(answer));
    },
    openStream,
    sendRaw,
    send: (data) => sendRaw(`data: ${JSON.stringify(data)}\n\n`),
    done: () => {
      openStream();
      outgoing.end("data: [DONE]\n\n");
    },
    end: () => {
      openStream();
      outgoing.end();
    },
    cut: () => void outgoing.destroy(),
    abandoned: new Promise((resolve) => {
      outgoing.on("close", () => {
        if (!outgoing.writableFinished) resolve();
      });
    }),
  };
}

/** The question whether this server speaks the Responses API: it says no, and no script is used for it. */
function asksForWire({ path, body }: UpstreamExchange): boolean {
  return path.endsWith("/responses") && Object.keys(body).length === 0;
}

/**
 * Starts an HTTP server on a free port that plays a model vendor, one script per request. Asked whether it speaks the
 * Responses API, it says no by itself, unless its scripts are to answer that too.
 */
export async function startScriptedUpstream({ answersProbes = false } = {}): Promise<ScriptedUpstream> {
  const requests: UpstreamExchange[] = [];
  const queue: UpstreamScript[] = [];
  let fallback: UpstreamScript = chatText("Hello from upstream.");
  let connections = 0;
  const server = createServer((incoming, outgoing) => {
    openExchange(incoming, outgoing)
      .then(async (exchange) => {
        if (!answersProbes && asksForWire(exchange)) {
          exchange.json(404, { error: { message: "Not Found" } });
          return;
        }
        requests.push(exchange);
        await (queue.shift() ?? fallback)(exchange);
      })
      .catch(() => outgoing.destroy());
  });
  server.on("connection", () => connections++);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    requests,
    script: (...scripts) => void queue.push(...scripts),
    connections: () => connections,
    openConnections: () =>
      new Promise((resolve, reject) =>
        server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
      ),
    setDefault: (script) => {
      fallback = script;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** One frame of a chat completions stream. */
export function chatChunk(delta: Record<string, unknown>, finish: string | null = null): Record<string, unknown> {
  return {
    id: "chatcmpl-scripted",
    object: "chat.completion.chunk",
    created: 1_700_000_000,
    model: "scripted-model",
    choices: [{ index: 0, delta, finish_reason: finish }],
  };
}

export interface ChatUsage {
  prompt: number;
  completion: number;
  cached?: number;
  reasoning?: number;
}

/** The last frame of a chat completions stream: the usage, without choices. */
export function chatUsage({ prompt, completion, cached = 0, reasoning = 0 }: ChatUsage): Record<string, unknown> {
  return {
    ...chatChunk({}),
    choices: [],
    usage: {
      prompt_tokens: prompt,
      completion_tokens: completion,
      total_tokens: prompt + completion,
      prompt_tokens_details: { cached_tokens: cached },
      completion_tokens_details: { reasoning_tokens: reasoning },
    },
  };
}

/** Streams `pieces` (one text, or several) as an answer in chat completions, with usage 11 in and 7 out. */
export function chatText(pieces: string | string[], usage: ChatUsage = { prompt: 11, completion: 7 }): UpstreamScript {
  return (exchange) => {
    exchange.send(chatChunk({ role: "assistant", content: "" }));
    for (const piece of Array.isArray(pieces) ? pieces : [pieces]) exchange.send(chatChunk({ content: piece }));
    exchange.send(chatChunk({}, "stop"));
    exchange.send(chatUsage(usage));
    exchange.done();
  };
}

/** Streams calls of functions in chat completions; arguments go out in two pieces. */
export function chatToolCalls(calls: { id: string; name: string; arguments: string }[]): UpstreamScript {
  return (exchange) => {
    exchange.send(chatChunk({ role: "assistant", content: null }));
    calls.forEach((call, index) => {
      const half = Math.ceil(call.arguments.length / 2);
      const open = { index, id: call.id, type: "function", function: { name: call.name, arguments: "" } };
      exchange.send(chatChunk({ tool_calls: [open] }));
      for (const piece of [call.arguments.slice(0, half), call.arguments.slice(half)]) {
        exchange.send(chatChunk({ tool_calls: [{ index, function: { arguments: piece } }] }));
      }
    });
    exchange.send(chatChunk({}, "tool_calls"));
    exchange.send(chatUsage({ prompt: 20, completion: 9 }));
    exchange.done();
  };
}
