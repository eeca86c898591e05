import { LRUCache } from "lru-cache";
import { z } from "zod";
import { clock } from "#server/clock";
import { config } from "#server/config";
import { AppError, isAppError } from "#server/errors";
import { isMcpFailure } from "#server/tools/mcp/mcp-failure";
import { type McpServer, serverKey } from "#server/tools/mcp/mcp-server";
import { type McpSession, openingTime } from "#server/tools/mcp/mcp-session";
import { withSession } from "#server/tools/mcp/session-pool";
import { within } from "#server/tools/within";

/** A tool as its server describes it. */
export interface McpToolInfo {
  name: string;
  description: string | null;
  /** The whole JSON Schema of its arguments. */
  inputSchema: Record<string, unknown>;
  /** As the server says; false when it does not. */
  readOnly: boolean;
}

const MAX_CACHED_LISTS = 512;
const MAX_SCHEMA_BYTES = 64 * 1024;
const MAX_LIST_BYTES = 1024 * 1024;
const MAX_SCHEMA_DEPTH = 48;

const Page = z.looseObject({ tools: z.array(z.unknown()), nextCursor: z.string().nullish() });
const Listed = z.looseObject({
  name: z.string().min(1).max(256),
  description: z.string().nullish(),
  inputSchema: z.record(z.string(), z.unknown()).nullish(),
  annotations: z.looseObject({ readOnlyHint: z.boolean().nullish() }).nullish(),
});

interface CachedList {
  listedAt: number;
  tools: Promise<McpToolInfo[]>;
}

const holder = globalThis as typeof globalThis & { rejoinderMcpLists?: LRUCache<string, CachedList> };

function lists(): LRUCache<string, CachedList> {
  holder.rejoinderMcpLists ??= new LRUCache({ max: MAX_CACHED_LISTS });
  return holder.rejoinderMcpLists;
}

/**
 * The tools of a server, as it listed them at most MCP_TOOLS_TTL_SECONDS ago for the same team and credentials; with
 * `fresh`, as it lists them now.
 * @throws AppError outbound_not_allowed; tool_server_error, naming the server, when it gives no list or one that is
 *   too large; the signal's reason
 */
export async function listMcpTools(
  server: McpServer,
  signal: AbortSignal,
  { fresh = false } = {},
): Promise<McpToolInfo[]> {
  const key = serverKey(server);
  const known = lists().get(key);
  const serves = !fresh && known && clock().now() - known.listedAt < config().MCP_TOOLS_TTL_SECONDS;
  const list = serves ? known : { listedAt: clock().now(), tools: fetchTools(server) };
  if (list !== known) {
    lists().set(key, list);
    list.tools.catch(() => {
      if (lists().get(key) === list) lists().delete(key);
    });
  }
  // Others may wait for the same list, so it is not given up with the first who asked.
  const ms = config().MCP_LIST_TIMEOUT_SECONDS + openingTime(server);
  return await within({ ms, signal, late: () => listFailure(server, "It did not answer in time.") }, () => list.tools);
}

async function fetchTools(server: McpServer): Promise<McpToolInfo[]> {
  const { MCP_LIST_TIMEOUT_SECONDS: ms } = config();
  const late = () => listFailure(server, `It did not answer within ${ms / 1000} s.`);
  try {
    return await withSession(server, new AbortController().signal, (session) =>
      within({ ms, late }, (signal) => readPages(server, session, signal)),
    );
  } catch (error) {
    throw toListFailure(server, error);
  }
}

function listFailure(server: McpServer, why: string): AppError {
  return new AppError("tool_server_error", `Error retrieving tool list from MCP server: '${server.label}'. ${why}`, {
    param: "tools",
    wireCode: "http_error",
    wireType: "external_connector_error",
  });
}

/** In our own words: what a server says of its failures may be anything. */
function toListFailure(server: McpServer, error: unknown): AppError {
  if (isAppError(error)) {
    if (error.code === "outbound_not_allowed" || error.param !== null) return error;
    return listFailure(server, error.message);
  }
  if (!isMcpFailure(error)) return listFailure(server, "It gave no valid answer.");
  if (error.kind === "protocol") return listFailure(server, `It answered with the error ${error.code}.`);
  return listFailure(server, error.message);
}

async function readPages(server: McpServer, session: McpSession, signal: AbortSignal): Promise<McpToolInfo[]> {
  const { MCP_MAX_TOOLS: maxTools } = config();
  const tools = new Map<string, McpToolInfo>();
  const cursors = new Set<string>();
  let cursor: string | undefined;
  let bytes = 0;
  do {
    const params = cursor === undefined ? {} : { cursor };
    const page = Page.safeParse(await session.request({ method: "tools/list", params }, signal));
    if (!page.success) throw listFailure(server, "It gave no valid answer.");
    for (const raw of page.data.tools) {
      const tool = readTool(server, raw);
      if (!tool || tools.has(tool.name)) continue;
      tools.set(tool.name, tool.info);
      bytes += tool.bytes;
    }
    if (tools.size > maxTools) throw listFailure(server, `It has more than ${maxTools} tools.`);
    if (bytes > MAX_LIST_BYTES) throw listFailure(server, `Its tools take more than ${MAX_LIST_BYTES} bytes.`);
    cursor = page.data.nextCursor ?? undefined;
    if (cursor !== undefined && cursors.has(cursor)) throw listFailure(server, "Its pages go round in a circle.");
    if (cursor !== undefined) cursors.add(cursor);
    if (cursors.size > maxTools) throw listFailure(server, "It has too many pages.");
  } while (cursor !== undefined);
  return [...tools.values()];
}

/** A listed tool; null for what is none. A tool whose schema is out of bounds refuses the whole list. */
function readTool(server: McpServer, raw: unknown): { name: string; info: McpToolInfo; bytes: number } | null {
  const parsed = Listed.safeParse(raw);
  if (!parsed.success) return null;
  const { name, description, inputSchema, annotations } = parsed.data;
  const schema = inputSchema ?? { type: "object", properties: {} };
  const fault = (what: string) => listFailure(server, `The schema of its tool ${JSON.stringify(name)} is ${what}.`);
  // Its depth first: a text cannot be made of what is nested too deep.
  if (isDeeper(schema, MAX_SCHEMA_DEPTH)) throw fault(`nested deeper than ${MAX_SCHEMA_DEPTH} levels`);
  const size = Buffer.byteLength(JSON.stringify(schema));
  if (size > MAX_SCHEMA_BYTES) throw fault(`larger than ${MAX_SCHEMA_BYTES} bytes`);
  const info = {
    name,
    description: description ?? null,
    inputSchema: schema,
    readOnly: annotations?.readOnlyHint ?? false,
  };
  return { name, info, bytes: size + Buffer.byteLength(name) + Buffer.byteLength(description ?? "") };
}

function isDeeper(value: unknown, levels: number): boolean {
  const open: { node: unknown; depth: number }[] = [{ node: value, depth: 1 }];
  for (let next = open.pop(); next; next = open.pop()) {
    if (typeof next.node !== "object" || next.node === null) continue;
    if (next.depth > levels) return true;
    for (const node of Object.values(next.node)) open.push({ node, depth: next.depth + 1 });
  }
  return false;
}
