import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { z } from "zod";
import { config } from "#server/config";
import { AppError } from "#server/errors";
import { CONNECTION_CLOSED, isMcpFailure, McpFailure, toFailure } from "#server/tools/mcp/mcp-failure";
import { createMcpFetch, fetchingUnder, type McpFetchOptions } from "#server/tools/mcp/mcp-fetch";
import type { McpServer } from "#server/tools/mcp/mcp-server";
import { type StdioProgram, stdioPrograms } from "#server/tools/mcp/stdio/stdio-servers";
import { StdioWire } from "#server/tools/mcp/stdio/stdio-wire";
import { within } from "#server/tools/within";

/** Times are kept here, by the one clock; the SDK's own timer is set as late as timers go. */
const NEVER_MS = 2 ** 31 - 1;
const CLIENT = { name: "rejoinder", version: "0.1.0" };
const AnyResult = z.looseObject({});

/** Statuses to a first message by which a server says that it speaks the older transport, or no such address. */
const MAY_BE_OLDER: ReadonlySet<number> = new Set([400, 404, 405, 406, 415]);

export type McpRequest =
  | { method: "tools/list"; params: { cursor?: string } }
  | { method: "tools/call"; params: { name: string; arguments: Record<string, unknown> } };

/** An initialised session with an MCP server. Several requests may be open together. */
export interface McpSession {
  /** True when it cannot be used any more. */
  readonly closed: boolean;
  /**
   * The result of one request, as it came. It stops waiting, and tells the server so, when the signal aborts.
   * @throws McpFailure, AppError (the outbound guard's), the signal's reason
   */
  request(message: McpRequest, signal: AbortSignal): Promise<Record<string, unknown>>;
  /** Says goodbye to the server; resolves when it has heard it, or not within MCP_CONNECT_TIMEOUT_SECONDS. */
  close(): Promise<void>;
}

/** How long opening a session may take, in ms: a program has to start. */
export function openingTime({ program }: McpServer): number {
  return program === undefined ? config().MCP_CONNECT_TIMEOUT_SECONDS : config().MCP_STDIO_START_SECONDS;
}

/**
 * Opens a session: with a program, over streamable HTTP, or over the older transport where the server knows only that.
 * @throws McpFailure, AppError outbound_not_allowed, tool_server_error (not in time, or no such program)
 */
export function openSession(server: McpServer): Promise<McpSession> {
  const ms = openingTime(server);
  const late = () =>
    new AppError("tool_server_error", `The MCP server '${server.label}' did not answer within ${ms / 1000} s.`);
  return within({ ms, late }, async (signal) => {
    if (server.program !== undefined) return await Session.open(server, "stdio", signal);
    try {
      return await Session.open(server, "streamable", signal);
    } catch (error) {
      if (!isMcpFailure(error) || !MAY_BE_OLDER.has(error.code)) throw error;
      return await Session.open(server, "sse", signal).catch(() => {
        throw error;
      });
    }
  });
}

type Kind = McpFetchOptions["kind"] | "stdio";

interface Wire extends Transport {
  terminateSession?(): Promise<void>;
  /** Of a program: why it is gone. */
  readonly fault?: string | null;
}

class Session implements McpSession {
  closed = false;
  readonly #client: Client;
  readonly #wire: Wire;

  private constructor(client: Client, wire: Wire) {
    this.#client = client;
    this.#wire = wire;
    client.onclose = () => {
      this.closed = true;
    };
  }

  static async open(server: McpServer, kind: Kind, signal: AbortSignal): Promise<Session> {
    const { Client } = await import("@modelcontextprotocol/sdk/client/index.js");
    // Results are not held against their schemas: those are strangers', and compiling them costs what strangers like.
    const accept = { getValidator: () => (data: unknown) => ({ valid: true, data, errorMessage: undefined }) as never };
    const client = new Client(CLIENT, { capabilities: {}, jsonSchemaValidator: accept });
    const session = new Session(client, await openWire(server, kind, () => void session.close()));
    const onAbort = () => void session.close();
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      signal.throwIfAborted();
      await client.connect(session.#wire, { timeout: NEVER_MS });
      return session;
    } catch (error) {
      void client.close().catch(() => undefined);
      signal.throwIfAborted();
      throw session.#failure(error);
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }

  async request(message: McpRequest, signal: AbortSignal): Promise<Record<string, unknown>> {
    try {
      const options = { signal, timeout: NEVER_MS };
      return await fetchingUnder(signal, () => this.#client.request(message, AnyResult, options));
    } catch (error) {
      signal.throwIfAborted();
      throw this.#failure(error);
    }
  }

  #failure(error: unknown): Error {
    const { fault, sessionId } = this.#wire;
    return fault ? new McpFailure("protocol", CONNECTION_CLOSED, fault) : toFailure(error, sessionId !== undefined);
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    const { MCP_CONNECT_TIMEOUT_SECONDS: ms } = config();
    const late = () => new AppError("tool_server_error", "The MCP server did not answer.");
    try {
      await within({ ms, late }, async () => this.#wire.terminateSession?.());
    } catch {
      // The session is over for us, whatever the server makes of it.
    } finally {
      await this.#client.close().catch(() => undefined);
    }
  }
}

async function openWire(server: McpServer, kind: Kind, onLost: () => void): Promise<Wire> {
  if (kind === "stdio") return new StdioWire(programOf(server));
  const { MCP_MAX_ANSWER_BYTES: maxBytes } = config();
  const { headers, credential } = server;
  const fetch = createMcpFetch({ headers, ...(credential && { credential }), kind, maxBytes, onLost });
  const url = new URL(server.url);
  if (kind === "sse") {
    const { SSEClientTransport } = await import("@modelcontextprotocol/sdk/client/sse.js");
    return new SSEClientTransport(url, { fetch });
  }
  const { StreamableHTTPClientTransport } = await import("@modelcontextprotocol/sdk/client/streamableHttp.js");
  // A stream that broke off is not taken up again: its request has been answered by then, by an error.
  const reconnectionOptions = {
    maxRetries: 0,
    initialReconnectionDelay: 0,
    maxReconnectionDelay: 0,
    reconnectionDelayGrowFactor: 1,
  };
  return new StreamableHTTPClientTransport(url, { fetch, reconnectionOptions });
}

function programOf({ label, program = "" }: McpServer): StdioProgram {
  const found = stdioPrograms().get(program);
  if (found) return found;
  const message = `The MCP server '${label}' is the program '${program}', which this server's operator does not allow.`;
  throw new AppError("tool_server_error", message);
}
