import { config } from "#server/config";
import { AppError, isAppError } from "#server/errors";
import { cutText, toCallText } from "#server/tools/mcp/call-result";
import { invalidAnswer, isMcpFailure, type McpFailure } from "#server/tools/mcp/mcp-failure";
import { type McpServer, withoutSecrets } from "#server/tools/mcp/mcp-server";
import { withSession } from "#server/tools/mcp/session-pool";
import { within } from "#server/tools/within";

/** OpenAI's `error` of an `mcp_call`. */
export type McpCallError =
  | { type: "mcp_tool_execution_error"; content: { type: "text"; text: string }[] }
  | { type: "mcp_protocol_error" | "http_error"; code: number; message: string };

/** Of a tool that was asked, and failed. */
export function executionError(text: string): McpCallError {
  return { type: "mcp_tool_execution_error", content: [{ type: "text", text }] };
}

export interface McpOutcome {
  /** What the model reads, cut to MCP_MAX_OUTPUT_CHARS. */
  text: string;
  /** All of what the tool answered, when `text` is cut. */
  whole: string | null;
  error: McpCallError | null;
}

const REQUEST_TIMEOUT = -32001;
const MAX_MESSAGE_CHARS = 1000;

/**
 * Calls a tool of a server, once. Whatever goes wrong there is an outcome: the model is told.
 * @throws the signal's reason when it aborts
 */
export async function callMcpTool(
  server: McpServer,
  call: { name: string; arguments: Record<string, unknown> },
  signal: AbortSignal,
): Promise<McpOutcome> {
  const { MCP_CALL_TIMEOUT_SECONDS: ms, MCP_MAX_OUTPUT_CHARS: maxChars } = config();
  const late = () =>
    new AppError("tool_server_error", `The tool did not answer within ${ms / 1000} s; what became of it is unknown.`);
  try {
    const result = await withSession(server, signal, (session) =>
      within({ ms, signal, late }, (limit) => session.request({ method: "tools/call", params: call }, limit)),
    );
    const said = toCallText(result);
    if (!said) throw invalidAnswer();
    const whole = withoutSecrets(server, said.text);
    const text = cutText(whole, maxChars);
    return { text, whole: text === whole ? null : whole, error: said.isError ? executionError(text) : null };
  } catch (error) {
    signal.throwIfAborted();
    return failureOutcome(server, error);
  }
}

function failureOutcome(server: McpServer, error: unknown): McpOutcome {
  if (isMcpFailure(error)) return failed(typeOf(error), error.code, describe(server, error));
  if (isAppError(error)) return failed("mcp_protocol_error", REQUEST_TIMEOUT, error.message);
  throw error;
}

function typeOf({ kind }: McpFailure): "mcp_protocol_error" | "http_error" {
  return kind === "protocol" ? "mcp_protocol_error" : "http_error";
}

function describe(server: McpServer, { message }: McpFailure): string {
  return cutText(withoutSecrets(server, message), MAX_MESSAGE_CHARS);
}

function failed(type: "mcp_protocol_error" | "http_error", code: number, message: string): McpOutcome {
  return { text: message, whole: null, error: { type, code, message } };
}
