import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Json, record, text } from "#server/protocol/json-values";

/** A message that an MCP server received, and the means to answer it by hand. */
export interface McpExchange {
  method: string;
  params: Json;
  id: unknown;
  /** Path and query. */
  url: string;
  headers: IncomingHttpHeaders;
  /** Answers with a result as plain JSON. */
  result(result: object): void;
  error(code: number, message: string): void;
  /** Answers with another status. */
  status(code: number, headers?: Record<string, string>): void;
  /** Answers with an event stream, whose bytes are given one after the other. */
  stream(...chunks: string[]): void;
  outgoing: ServerResponse;
}

type Handler = (exchange: McpExchange) => void | Promise<void>;

export interface McpServerScript {
  tools?: object[];
  /** Answers `tools/list` in place of the list of `tools`. */
  onList?: Handler;
  /** Answers `tools/call`; by default with the arguments as text. */
  onCall?: Handler;
  /** Answers `initialize` in place of the server. */
  onInitialize?: Handler;
}

export interface ScriptedMcpServer {
  url: string;
  /** What may be changed while it runs. */
  script: McpServerScript;
  /** Every message so far, oldest first. */
  messages: McpExchange[];
  /** Names of the methods so far. */
  methods(): string[];
  /** Sessions that were opened and not closed. */
  openSessions: Set<string>;
  close(): Promise<void>;
}

async function readBody(incoming: IncomingMessage): Promise<Json> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return chunks.length === 0 ? {} : record(JSON.parse(Buffer.concat(chunks).toString("utf8")));
}

function openExchange(message: Json, incoming: IncomingMessage, outgoing: ServerResponse): McpExchange {
  const json = (body: object) => {
    outgoing.writeHead(200, { "content-type": "application/json" });
    outgoing.end(JSON.stringify({ jsonrpc: "2.0", id: message.id, ...body }));
  };
  return {
    method: text(message.method),
    params: record(message.params),
    id: message.id,
    url: incoming.url ?? "",
    headers: incoming.headers,
    result: (result) => json({ result }),
    error: (code, words) => json({ error: { code, message: words } }),
    status: (code, headers = {}) => void outgoing.writeHead(code, headers).end("{}"),
    stream: (...chunks) => {
      outgoing.writeHead(200, { "content-type": "text/event-stream" });
      outgoing.flushHeaders();
      for (const chunk of chunks) outgoing.write(chunk);
    },
    outgoing,
  };
}

const echo: Handler = ({ params, result }) =>
  result({ content: [{ type: "text", text: JSON.stringify(params.arguments) }] });

function initialize({ script, openSessions }: ScriptedMcpServer, exchange: McpExchange, number: number): void {
  if (script.onInitialize) {
    void script.onInitialize(exchange);
    return;
  }
  const session = `session-${number}`;
  openSessions.add(session);
  exchange.outgoing.setHeader("mcp-session-id", session);
  const { protocolVersion } = exchange.params;
  exchange.result({ protocolVersion, capabilities: { tools: {} }, serverInfo: { name: "scripted", version: "1" } });
}

async function answer(server: ScriptedMcpServer, exchange: McpExchange): Promise<void> {
  const { script, openSessions, messages } = server;
  messages.push(exchange);
  if (exchange.method === "initialize") {
    initialize(server, exchange, server.methods().filter((method) => method === "initialize").length);
    return;
  }
  if (!openSessions.has(text(exchange.headers["mcp-session-id"]))) exchange.status(404);
  else if (exchange.method === "tools/list" && script.onList) await script.onList(exchange);
  else if (exchange.method === "tools/list") exchange.result({ tools: script.tools ?? [] });
  else if (exchange.method === "tools/call") await (script.onCall ?? echo)(exchange);
  else exchange.status(202);
}

/** Starts an MCP server over streamable HTTP on a free port of this machine. */
export async function startMcpServer(script: McpServerScript = {}): Promise<ScriptedMcpServer> {
  const server = createServer((incoming, outgoing) => {
    if (incoming.method === "DELETE") {
      scripted.openSessions.delete(text(incoming.headers["mcp-session-id"]));
      outgoing.end();
      return;
    }
    readBody(incoming)
      .then((message) => answer(scripted, openExchange(message, incoming, outgoing)))
      .catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const messages: McpExchange[] = [];
  const scripted: ScriptedMcpServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
    script,
    messages,
    methods: () => messages.map(({ method }) => method),
    openSessions: new Set(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return scripted;
}
