import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { newId } from "#server/ids";
import type { HttpToolSettings, McpServerSettings } from "#server/protocol/saved-tools";
import type { McpTeam } from "#tests/support/mcp-team";
import { sealedSecret } from "#tests/support/sealed-secret";
import { createTeam, query, type ServerAddress } from "#tests/support/server";

export interface ToolToSave {
  name: string;
  enabled?: boolean;
  mcp?: Partial<McpServerSettings> & { url: string };
  http?: Partial<HttpToolSettings> & { url: string };
  secrets?: { headers?: Record<string, string>; query?: Record<string, string> };
}

const MCP = { headers: {}, allowedTools: null, requireApproval: "always" };
const HTTP = {
  ...{ method: "POST", parameters: { type: "object", properties: { id: { type: "string" } } }, headers: {}, query: {} },
  ...{ body: { type: "json", template: { id: "{id}" } }, result: null, timeoutSeconds: null, requireApproval: "never" },
};

/** Saves a tool of a team, as the dashboard does; its id. */
export async function saveTool(server: ServerAddress, teamId: string, tool: ToolToSave): Promise<string> {
  const id = newId("savedTool");
  const settings = tool.mcp ? { ...MCP, ...tool.mcp } : { ...HTTP, ...tool.http };
  const secret = sealedSecret(JSON.stringify({ headers: {}, query: {}, ...tool.secrets }), `${teamId} ${id}`);
  await query(
    server,
    `INSERT INTO saved_tool (team_id, id, kind, name, enabled, settings, secret, secret_names)
     VALUES ($1, $2, $3, $4, $5, $6, $7, '{}')`,
    [teamId, id, tool.mcp ? "mcp" : "http", tool.name, tool.enabled ?? true, JSON.stringify(settings), secret],
  );
  return id;
}

/** A request that a site has received. */
export interface SiteRequest {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingMessage["headers"];
  body: string;
}

export interface Site {
  url: string;
  requests: SiteRequest[];
  /** What it answers; by default 200 with what it was sent. */
  answer: ((request: SiteRequest) => { status: number; body: string }) | null;
  close(): Promise<void>;
}

/** Starts a site on this machine that notes what it is asked. */
export async function startSite(): Promise<Site> {
  const site: Site = { url: "", requests: [], answer: null, close: async () => undefined };
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const { method, url, headers } = incoming;
      const request = { method, url, headers, body: Buffer.concat(chunks).toString("utf8") };
      site.requests.push(request);
      const { status, body } = site.answer?.(request) ?? { status: 200, body: JSON.stringify({ sent: request.body }) };
      outgoing.writeHead(status, { "content-type": "application/json" }).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  site.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  site.close = () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return site;
}

/** Saves functions of a site and servers for the team of an MCP test, all with the same secret. */
export async function saveTools({ server, team, peer }: McpTeam, site: Site, secret: string): Promise<void> {
  const headers = { authorization: `Bearer ${secret}` };
  const save = (tool: ToolToSave) => saveTool(server, team.teamId, tool);
  await save({ name: "get_order", http: { url: `${site.url}/orders` }, secrets: { headers } });
  await save({
    ...{ name: "cancel_order", secrets: { query: { key: secret } } },
    http: { url: `${site.url}/cancel/{id}`, body: null, result: "sent", requireApproval: "always" },
  });
  await save({ name: "off", enabled: false, http: { url: site.url } });
  const order = { url: peer.url, requireApproval: { never: { tool_names: ["look"] } } };
  await save({ name: "shop", mcp: order, secrets: { headers } });
  const open = { url: peer.url, allowedTools: ["order"], requireApproval: "never" as const };
  await save({ name: "open", mcp: open, secrets: { headers } });
}

/** Another key of the team, with rules about saved tools, by their names; `allowed` null: it may use all. */
export async function keyWithTools(
  { server, team }: McpTeam,
  { allowed, defaults }: { allowed: string[] | null; defaults: string[] },
): Promise<McpTeam["team"]> {
  const { key, teamId } = await createTeam(server);
  await query(
    server,
    `UPDATE api_key SET team_id = $1, any_tool = $2,
       allowed_tool_ids = array(SELECT id FROM saved_tool WHERE team_id = $1 AND name = ANY ($3)),
       default_tool_ids = array(SELECT id FROM saved_tool WHERE team_id = $1 AND name = ANY ($4)) WHERE team_id = $5`,
    [team.teamId, allowed === null, allowed ?? [], defaults, teamId],
  );
  return { ...team, key };
}
