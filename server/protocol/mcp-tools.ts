import { z } from "zod";
import { given } from "#server/protocol/json-values";
import { RequestProblem } from "#server/protocol/problem";
import { isHidden } from "#server/protocol/server-url";
import { validateAt } from "#server/protocol/validate";

const ToolFilter = z.strictObject({
  tool_names: z.array(z.string()).nullish(),
  read_only: z.boolean().nullish(),
});
type ToolFilter = z.infer<typeof ToolFilter>;

/** Headers that belong to the connection or to the protocol, so that no request may set them. */
export const OWN_HEADERS: ReadonlySet<string> = new Set([
  "accept",
  "connection",
  "content-length",
  "content-type",
  "host",
  "keep-alive",
  "last-event-id",
  "mcp-protocol-version",
  "mcp-session-id",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

export const HeaderName = z
  .string()
  .max(256)
  .regex(/^[!#$%&'*+.^_`|~\w-]+$/);
export const HeaderValue = z
  .string()
  .max(8192)
  .regex(/^[\t\x20-\x7e\x80-\xff]*$/);
const Headers = z.record(HeaderName, HeaderValue);

/** Which calls the client is asked about before they run. */
export const ApprovalRule = z.union([
  z.enum(["always", "never"]),
  z.strictObject({ always: ToolFilter.nullish(), never: ToolFilter.nullish() }),
]);
export type ApprovalRule = z.infer<typeof ApprovalRule>;

const McpToolInput = z.looseObject({
  type: z.literal("mcp"),
  server_label: z
    .string()
    .max(64)
    .regex(/^[A-Za-z][A-Za-z0-9_-]*$/),
  server_url: z.string().max(4096).nullish(),
  server_description: z.string().nullish(),
  authorization: z
    .string()
    .max(8192)
    .regex(/^[\x21-\x7e]*$/)
    .nullish(),
  headers: Headers.nullish(),
  allowed_tools: z.union([z.array(z.string()), ToolFilter]).nullish(),
  require_approval: ApprovalRule.nullish(),
});

/** An MCP server that is asked here, as a request names it. */
export interface McpTool {
  type: "mcp";
  server_label: string;
  server_url: string;
  server_description: string | null;
  /** Sent with every request to the server. Secret. */
  headers: Record<string, string>;
  allowed_tools: string[] | ToolFilter | null;
  require_approval: ApprovalRule;
}

/** What decides about a tool. */
export interface McpToolFacts {
  name: string;
  readOnly: boolean;
}

/**
 * Refuses an MCP tool whose address has been taken from a response, or from what is kept of a request, where what may be
 * secret in it is hidden. `place`: its path in the request. Throws RequestProblem.
 */
export function requireWholeUrl(tool: object, place: string): void {
  if (!("server_url" in tool) || typeof tool.server_url !== "string" || !isHidden(tool.server_url)) return;
  const param = `${place}.server_url`;
  const message =
    `Invalid '${param}': the secrets in this address are hidden in responses and kept nowhere. Send the tool again with ` +
    "its whole address, or save the server in the dashboard and name it by its label.";
  throw new RequestProblem("invalid_value", message, { param });
}

/**
 * Reads an MCP tool that is not passed on to a provider. `place`: its path in the request, e.g. `tools[0]`.
 * Throws RequestProblem for the first fault.
 */
export function readMcpTool(tool: object, place: string): McpTool {
  const { server_url, authorization, headers, ...rest } = validateAt(McpToolInput, tool, place);
  if (server_url == null) throw missingUrl(rest, place);
  if (rest.server_label === "rejoinder") {
    const param = `${place}.server_label`;
    const message = `Invalid '${param}': 'rejoinder' stands for this server's own tools. Choose another label.`;
    throw new RequestProblem("invalid_value", message, { param });
  }
  const own = Object.keys(headers ?? {}).find((name) => OWN_HEADERS.has(name.toLowerCase()));
  if (own !== undefined) {
    const param = `${place}.headers.${own}`;
    throw new RequestProblem("invalid_value", `Invalid '${param}': this header is set by the server.`, { param });
  }
  return {
    type: "mcp",
    server_label: rest.server_label,
    server_url,
    server_description: rest.server_description ?? null,
    headers: allHeaders(headers ?? {}, authorization ?? null),
    allowed_tools: rest.allowed_tools ?? null,
    require_approval: rest.require_approval ?? "always",
  };
}

function missingUrl(tool: Record<string, unknown>, place: string): RequestProblem {
  const other = ["connector_id", "tunnel_id"].find((field) => tool[field] != null);
  const param = `${place}.${other ?? "server_url"}`;
  if (other === undefined) {
    return new RequestProblem("missing_required_parameter", `Missing required parameter: '${param}'.`, { param });
  }
  const message = `'${param}' is not supported with this model: only OpenAI has those. Use 'server_url'.`;
  return new RequestProblem("unsupported_parameter", message, { param });
}

function allHeaders(headers: Record<string, string>, token: string | null): Record<string, string> {
  const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return token === null ? lower : { ...lower, authorization: `Bearer ${token.replace(/^Bearer\s+/i, "")}` };
}

/** True for a tool that the request lets its model see. */
export function isAllowed({ allowed_tools: allowed }: Pick<McpTool, "allowed_tools">, tool: McpToolFacts): boolean {
  if (allowed === null) return true;
  return Array.isArray(allowed) ? allowed.includes(tool.name) : matches(allowed, tool);
}

/** True for a tool that runs only once the client has approved the call. What is named twice needs approval. */
export function needsApproval(
  { require_approval: rule }: Pick<McpTool, "require_approval">,
  tool: McpToolFacts,
): boolean {
  if (typeof rule === "string") return rule === "always";
  if (rule.always && matches(rule.always, tool)) return true;
  return !(rule.never && matches(rule.never, tool));
}

/** An empty filter names nothing; one with both parts asks for both. */
function matches({ tool_names, read_only }: ToolFilter, tool: McpToolFacts): boolean {
  if (tool_names == null && read_only == null) return false;
  if (tool_names != null && !tool_names.includes(tool.name)) return false;
  return read_only == null || read_only === tool.readOnly;
}

/** The tool with the defaults in force, as a response of ours shows it once it is without its credentials. */
export function shownMcpTool(tool: object): object {
  return { allowed_tools: null, headers: null, require_approval: "always", ...given(tool) };
}

/** The client's answer to a request for approval, as far as it is one. */
export const McpApprovalAnswer = z.looseObject({
  type: z.literal("mcp_approval_response"),
  approval_request_id: z.string().min(1),
  approve: z.boolean(),
  reason: z.string().nullish(),
});
export type McpApprovalAnswer = z.infer<typeof McpApprovalAnswer>;

/** A request for approval, as far as it is one. */
export const McpApprovalAsked = z.looseObject({
  type: z.literal("mcp_approval_request"),
  id: z.string(),
  server_label: z.string(),
  name: z.string().min(1),
  arguments: z.string(),
});
export type McpApprovalAsked = z.infer<typeof McpApprovalAsked>;

/** A call that has ended, as far as it is one. */
export const McpCallMade = z.looseObject({
  type: z.literal("mcp_call"),
  id: z.string(),
  server_label: z.string(),
  name: z.string().min(1),
  arguments: z.string(),
  status: z.string().nullish(),
  output: z.string().nullish(),
  error: z.unknown().optional(),
  approval_request_id: z.string().nullish(),
});
export type McpCallMade = z.infer<typeof McpCallMade>;

/** A server's tools as an item of the context holds them. */
export const McpToolsListed = z.looseObject({
  type: z.literal("mcp_list_tools"),
  server_label: z.string(),
  listed_from: z.string().optional(),
  tools: z.array(
    z.looseObject({
      name: z.string().min(1).max(256),
      description: z.string().nullish(),
      input_schema: z.record(z.string(), z.unknown()),
      annotations: z.looseObject({ read_only: z.boolean().nullish() }).nullish(),
    }),
  ),
});
export type McpToolsListed = z.infer<typeof McpToolsListed>;
