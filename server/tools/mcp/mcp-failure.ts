import { isAppError } from "#server/errors";

/** How a request to an MCP server failed, in the terms of the item that shows it. */
export class McpFailure extends Error {
  /** `expired`: the server has forgotten the session, and has done nothing. */
  readonly kind: "http" | "protocol" | "expired";
  /** An HTTP status, or a JSON-RPC code. */
  readonly code: number;

  constructor(kind: McpFailure["kind"], code: number, message: string) {
    super(message);
    this.name = "McpFailure";
    this.kind = kind;
    this.code = code;
  }
}

/** Of JSON-RPC's codes for a server's own errors, the one that the SDK uses for a closed connection. */
export const CONNECTION_CLOSED = -32000;
const INTERNAL_ERROR = -32603;

/** Of an answer that is none. */
export function invalidAnswer(): McpFailure {
  return new McpFailure("protocol", INTERNAL_ERROR, "The MCP server's answer is not valid.");
}

/** True for a failure of either module graph. */
export function isMcpFailure(error: unknown): error is McpFailure {
  return error instanceof Error && error.name === "McpFailure";
}

/**
 * What the MCP SDK threw, as a failure or as the AppError in it. `hasSession`: the server had given the session an id.
 * The words of a JSON-RPC error are the server's, all others are ours.
 */
export function toFailure(error: unknown, hasSession: boolean): Error {
  if (isAppError(error) || isMcpFailure(error)) return error;
  const message = error instanceof Error ? error.message : "";
  const code = codeOf(error);
  if (error instanceof Error && error.name === "McpError" && code !== null) {
    return new McpFailure("protocol", code, message.replace(/^MCP error -?\d+: /, ""));
  }
  const status = httpStatusOf(message, code);
  if (status === null) return invalidAnswer();
  // Servers that do not know a session should say 404; many say 400 and name it.
  const expired = hasSession && (status === 404 || (status === 400 && /session/i.test(message)));
  const words = status >= 300 && status < 400 ? "redirects elsewhere, which is not followed" : `answered ${status}`;
  return new McpFailure(expired ? "expired" : "http", status, `The MCP server ${words}.`);
}

function codeOf(error: unknown): number | null {
  return typeof error === "object" && error !== null && "code" in error && typeof error.code === "number"
    ? error.code
    : null;
}

function httpStatusOf(message: string, code: number | null): number | null {
  if (code !== null && code >= 300 && code < 600) return code;
  const named = /\(HTTP (\d{3})\)|SSE error: Non-200 status code \((\d{3})\)/.exec(message);
  return named ? Number(named[1] ?? named[2]) : null;
}
