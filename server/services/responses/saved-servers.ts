import { AppError } from "#server/errors";
import { isAllowed, type McpTool, type McpToolFacts, needsApproval, readMcpTool } from "#server/protocol/mcp-tools";
import type { McpServerSettings } from "#server/protocol/saved-tools";
import type { RequestTool } from "#server/protocol/tools";
import { isVendorTool, type VendorTool } from "#server/protocol/vendor-tools";
import type { ServiceContext } from "#server/services/context";
import { findNamedTools, requireUsable } from "#server/services/responses/saved-tools";
import { reachServer } from "#server/services/tools/accounts/reach-server";
import { openSecrets } from "#server/services/tools/tool-secrets";
import type { McpServer } from "#server/tools/registry";

/** A server that the team has saved: its credentials and its rules hold, whatever a request says. */
export interface SavedServer {
  savedToolId: string;
  server: McpServer;
  settings: McpServerSettings;
}

/** True for an MCP server that a request names by its label alone: a saved one, or none. */
export function namesSavedServer(tool: RequestTool): tool is VendorTool & { server_label: string } {
  if (!isVendorTool(tool) || tool.type !== "mcp" || tool.server_label === undefined) return false;
  const { server_url, connector_id, tunnel_id } = { server_url: null, connector_id: null, tunnel_id: null, ...tool };
  return server_url == null && connector_id == null && tunnel_id == null;
}

/**
 * The saved servers that a request names, by their labels; what is not saved is left to be refused as a server without
 * an address.
 * @throws AppError invalid_value for one that is switched off, permission_denied for one that the key may not use,
 *   tool_server_error for one whose account is not connected; database_unavailable
 */
export async function openSavedServers(
  ctx: ServiceContext,
  tools: readonly RequestTool[],
  placeOf: (tool: RequestTool) => string,
): Promise<Map<string, SavedServer>> {
  const named = tools.filter(namesSavedServer);
  const rows = await findNamedTools(
    ctx,
    named.map(({ server_label }) => server_label),
  );
  const open = new Map<string, SavedServer>();
  for (const tool of named) {
    const row = rows.get(tool.server_label);
    if (row?.kind !== "mcp") continue;
    requireUsable(ctx, row, `${placeOf(tool)}.server_label`);
    const server = await reachServer(ctx, { ...row, secrets: openSecrets(row) });
    open.set(row.name, { savedToolId: row.id, server, settings: row.settings });
  }
  return open;
}

/** What a request and, of a saved server, its settings say of one server. */
export interface ServerRules {
  tool: McpTool;
  server: McpServer;
  saved: SavedServer | null;
  allows(info: McpToolFacts): boolean;
  asksBefore(info: McpToolFacts): boolean;
  /** Names of tools that must be known for the rules to be applied. */
  wanted: string[];
}

/**
 * The rules for a server. Those of a saved one can be made stricter by a request, never looser: a tool must be allowed
 * by both, and is asked about when either says so.
 * @throws RequestProblem as `readMcpTool`; AppError invalid_value for credentials beside a saved server's own
 */
export function rulesFor(
  { tool: raw, place, teamId }: { tool: VendorTool; place: string; teamId: string },
  saved: SavedServer | null,
): ServerRules {
  if (!saved) {
    const tool = readMcpTool(raw, place);
    const server = { teamId, label: tool.server_label, url: tool.server_url, headers: tool.headers };
    return {
      ...{ tool, server, saved },
      allows: (info) => isAllowed(tool, info),
      asksBefore: (info) => needsApproval(tool, info),
      wanted: namesIn(tool),
    };
  }
  const fields: Record<string, unknown> = { ...raw };
  const own = ["headers", "authorization"].find((field) => fields[field] != null);
  if (own !== undefined) {
    const message = `Invalid '${place}.${own}': the saved server '${saved.server.label}' has its own credentials.`;
    throw new AppError("invalid_value", message, { param: `${place}.${own}` });
  }
  const tool = readMcpTool({ ...raw, server_url: saved.server.url }, place);
  const { allowedTools, requireApproval } = saved.settings;
  const rule = fields.require_approval == null ? "never" : tool.require_approval;
  return {
    ...{ tool, server: saved.server, saved },
    allows: (info) => isAllowed(tool, info) && isAllowed({ allowed_tools: allowedTools }, info),
    asksBefore: (info) =>
      needsApproval({ require_approval: requireApproval }, info) || needsApproval({ require_approval: rule }, info),
    wanted: [...namesIn(tool), ...(allowedTools ?? [])],
  };
}

function namesIn({ allowed_tools: allowed }: McpTool): string[] {
  return Array.isArray(allowed) ? allowed : (allowed?.tool_names ?? []);
}

/** A saved server as its response shows it: with the rules in force, without its address. */
export function shownSaved(raw: VendorTool, rules: ServerRules, infos: readonly McpToolFacts[]): VendorTool {
  const asked = infos.filter(rules.asksBefore).map(({ name }) => name);
  const others = infos.filter((info) => !asked.includes(info.name)).map(({ name }) => name);
  const mixed = { always: { tool_names: asked }, never: { tool_names: others } };
  const require_approval = others.length === 0 ? "always" : asked.length === 0 ? "never" : mixed;
  const isOpen = rules.tool.allowed_tools === null && rules.saved?.settings.allowedTools == null;
  const allowed_tools = isOpen ? null : infos.map(({ name }) => name);
  return { ...raw, headers: null, allowed_tools, require_approval } as VendorTool;
}
