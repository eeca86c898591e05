import { AsyncLocalStorage } from "node:async_hooks";
import type { FetchLike } from "@modelcontextprotocol/sdk/shared/transport.js";
import { AppError } from "#server/errors";
import { type OpenAnswer, type OpenOutboundInit, openOutbound } from "#server/outbound/open-outbound";
import { CONNECTION_CLOSED } from "#server/tools/mcp/mcp-failure";
import type { McpServer } from "#server/tools/mcp/mcp-server";

/** Ends the exchanges that are opened on behalf of one call: the SDK itself lets them run on. */
const callSignal = new AsyncLocalStorage<AbortSignal>();

const UNKNOWN_OUTCOME = "The connection to the MCP server ended before its answer; what became of the call is unknown.";
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

export interface McpFetchOptions extends Pick<McpServer, "headers" | "credential"> {
  /** Streamable HTTP has an answer for each message; the older transport has one stream for all of them. */
  kind: "streamable" | "sse";
  /** Of one answer. */
  maxBytes: number;
  /** The one stream of the older transport has ended. */
  onLost(): void;
}

/** Runs what calls the SDK: whatever it fetches meanwhile ends with the signal. */
export function fetchingUnder<T>(signal: AbortSignal, run: () => Promise<T>): Promise<T> {
  return callSignal.run(signal, run);
}

/**
 * A fetch for the MCP SDK's transports, through the outbound guard. Redirects are its answers, so that the SDK follows
 * those within the server's origin only. An answer that ends too soon, or grows too long, ends with an error for the
 * request it belongs to: the SDK would wait for ever.
 */
export function createMcpFetch(options: McpFetchOptions): FetchLike {
  // Bytes on the one stream since a message was last sent: it lives as long as its session, so it has no other bound.
  const heard = { bytes: 0 };
  return async (url, init = {}) => {
    const method = methodOf(init.method);
    // The stream for what a server says unasked: nothing here acts on that, so no connection is held for it.
    if (method === "GET" && options.kind === "streamable") return new Response(null, { status: 405 });
    heard.bytes = 0;
    const signals = [init.signal, callSignal.getStore()].flatMap((signal) => signal ?? []);
    const answer = await openWithToken(String(url), options, {
      method,
      headers: { ...Object.fromEntries(new Headers(init.headers)), ...options.headers },
      body: typeof init.body === "string" ? init.body : null,
      signal: AbortSignal.any(signals),
    });
    const status = answer.status > 599 ? 502 : answer.status;
    if (WITHOUT_BODY.has(status)) {
      answer.close();
      return new Response(null, { status });
    }
    const counted = method === "GET" ? heard : { bytes: 0 };
    const read = bounded(answer, counted, options.maxBytes);
    return new Response(streamOf(answer, readerFor({ method, answer, read, init, options })), {
      status,
      headers: headersOf(answer),
    });
  };
}

/** A request that was refused for its token has done nothing: it is made once more with a new one, if there is one. */
async function openWithToken(
  url: string,
  { credential }: McpFetchOptions,
  init: OpenOutboundInit,
): Promise<OpenAnswer> {
  if (!credential) return await openOutbound(url, init);
  const open = (token: string) =>
    openOutbound(url, { ...init, headers: { ...init.headers, authorization: `Bearer ${token}` } });
  const token = await credential.token(init.signal);
  const answer = await open(token);
  if (answer.status !== 401) return answer;
  answer.close();
  return await open(await credential.token(init.signal, token));
}

function methodOf(method: string | undefined): "GET" | "POST" | "DELETE" {
  return method === "POST" || method === "DELETE" ? method : "GET";
}

function headersOf({ headers }: OpenAnswer): Record<string, string> {
  const wanted = ["content-type", "mcp-session-id", "location"];
  return Object.fromEntries(
    wanted.flatMap((name) => (typeof headers[name] === "string" ? [[name, headers[name]]] : [])),
  );
}

type Read = () => Promise<Buffer | null>;

function bounded(answer: OpenAnswer, counted: { bytes: number }, maxBytes: number): Read {
  return async () => {
    const chunk = await answer.read();
    counted.bytes += chunk?.length ?? 0;
    if (counted.bytes <= maxBytes) return chunk;
    answer.close();
    throw new AppError("tool_server_error", `The MCP server's answer is larger than ${maxBytes} bytes.`);
  };
}

interface Reading {
  method: string;
  answer: OpenAnswer;
  read: Read;
  init: RequestInit;
  options: McpFetchOptions;
}

function readerFor({ method, answer, read, init, options }: Reading): Read {
  const isStream = answer.headers["content-type"]?.startsWith("text/event-stream") ?? false;
  if (!isStream) return read;
  if (method === "GET") {
    return async () => {
      const chunk = await read().catch(() => null);
      if (chunk === null) options.onLost();
      return chunk;
    };
  }
  const id = requestIdOf(init.body);
  return id === null ? read : answered(read, id);
}

/** The stream of an answer, with an error for its request after its end. The SDK ignores one for an answered request. */
function answered(read: Read, id: string | number): Read {
  let ended = false;
  return async () => {
    if (ended) return null;
    const { chunk, message } = await read().then(
      (bytes) => ({ chunk: bytes, message: UNKNOWN_OUTCOME }),
      (error: unknown) => ({ chunk: null, message: messageOf(error) }),
    );
    if (chunk !== null) return chunk;
    ended = true;
    const error = { jsonrpc: "2.0", id, error: { code: CONNECTION_CLOSED, message } };
    return Buffer.from(`\n\nevent: message\ndata: ${JSON.stringify(error)}\n\n`);
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error && error.name === "AppError" ? error.message : UNKNOWN_OUTCOME;
}

function requestIdOf(body: RequestInit["body"]): string | number | null {
  const message: unknown = typeof body === "string" ? JSON.parse(body) : null;
  if (typeof message !== "object" || message === null || !("id" in message)) return null;
  return typeof message.id === "string" || typeof message.id === "number" ? message.id : null;
}

function streamOf(answer: OpenAnswer, read: Read): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      const chunk = await read();
      if (chunk === null) controller.close();
      else controller.enqueue(new Uint8Array(chunk));
    },
    cancel: () => answer.close(),
  });
}
