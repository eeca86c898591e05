import { clock, unlessAborted } from "#server/clock";
import { config } from "#server/config";
import { AppError, isAppError } from "#server/errors";
import { isMcpFailure } from "#server/tools/mcp/mcp-failure";
import { type McpServer, serverKey } from "#server/tools/mcp/mcp-server";
import { type McpSession, openSession } from "#server/tools/mcp/mcp-session";

interface Entry {
  key: string;
  /** It is a process of this machine. */
  isProgram: boolean;
  opening: Promise<McpSession>;
  session: McpSession | null;
  users: number;
  cancelIdle: (() => void) | null;
}

const holder = globalThis as typeof globalThis & { rejoinderMcpSessions?: Map<string, Entry> };

/** By team, server and credentials; those that were used last come last. */
function entries(): Map<string, Entry> {
  holder.rejoinderMcpSessions ??= new Map();
  return holder.rejoinderMcpSessions;
}

/**
 * Works with a session of the server: an open one of the same team and credentials, or a new one. It is closed when
 * nobody has used it for MCP_SESSION_IDLE_SECONDS. Work for which the server no longer knew the session, and so did
 * nothing, is done once more in a new one.
 * @throws what opening a session throws, what `work` throws, the signal's reason
 */
export async function withSession<T>(
  server: McpServer,
  signal: AbortSignal,
  work: (session: McpSession) => Promise<T>,
): Promise<T> {
  try {
    return await workOnce(server, signal, work);
  } catch (error) {
    if (!isMcpFailure(error) || error.kind !== "expired") throw error;
    return await workOnce(server, signal, work);
  }
}

async function workOnce<T>(
  server: McpServer,
  signal: AbortSignal,
  work: (session: McpSession) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const entry = acquire(server);
  try {
    const session = await unlessAborted(entry.opening, signal);
    return await work(session);
  } catch (error) {
    // A program that did not answer in time may never do so again, and keep a processor busy.
    const isSuspect = entry.isProgram && isAppError(error) && error.code === "tool_server_error";
    if (isSuspect || (isMcpFailure(error) && error.kind === "expired")) drop(entry);
    throw error;
  } finally {
    release(entry);
  }
}

/** Closes every session, those in use too (shutdown, tests). */
export async function closeMcpSessions(): Promise<void> {
  const open = [...entries().values()];
  for (const entry of open) drop(entry);
  await Promise.all(open.map(({ session }) => session?.close()));
}

function acquire(server: McpServer): Entry {
  const key = serverKey(server);
  const known = entries().get(key);
  if (known && !known.session?.closed) {
    known.users += 1;
    known.cancelIdle?.();
    known.cancelIdle = null;
    return known;
  }
  if (known) drop(known);
  const isProgram = server.program !== undefined;
  if (isProgram) makeRoom(server);
  // Opened for whoever comes meanwhile too, so it does not end with the first one's request.
  const entry: Entry = { key, isProgram, opening: openSession(server), session: null, users: 1, cancelIdle: null };
  entry.opening.then(
    (session) => {
      entry.session = session;
      if (entries().get(key) !== entry && entry.users === 0) void session.close();
    },
    () => drop(entry),
  );
  entries().set(key, entry);
  return entry;
}

/** Programs are few: one that nobody uses goes for the one that is wanted. */
function makeRoom({ label }: McpServer): void {
  const { MCP_STDIO_MAX_PROCESSES: max } = config();
  const programs = [...entries().values()].filter(({ isProgram }) => isProgram);
  const idle = programs.find(({ users }) => users === 0);
  if (programs.length >= max && idle) drop(idle);
  if (programs.length < max || idle) return;
  const message = `The MCP server '${label}' is a program, and ${max} are running already. Try again later.`;
  throw new AppError("tool_server_error", message);
}

function release(entry: Entry): void {
  entry.users -= 1;
  if (entry.users > 0) return;
  if (entries().get(entry.key) !== entry) {
    void entry.session?.close();
    return;
  }
  entries().delete(entry.key);
  entries().set(entry.key, entry);
  entry.cancelIdle = clock().after(config().MCP_SESSION_IDLE_SECONDS, () => drop(entry));
  const idle = [...entries().values()].filter(({ users }) => users === 0);
  for (const oldest of idle.slice(0, -config().MCP_MAX_IDLE_SESSIONS)) drop(oldest);
}

/** The entry is no longer handed out; its session ends with the last one that uses it. */
function drop(entry: Entry): void {
  entry.cancelIdle?.();
  entry.cancelIdle = null;
  if (entries().get(entry.key) === entry) entries().delete(entry.key);
  if (entry.users === 0) void entry.session?.close();
}
