import { type Json, list, record } from "#server/protocol/json-values";
import { type ScriptedMcpServer, startMcpServer } from "#tests/support/mcp-server";
import {
  askResponse,
  createScriptedTeam,
  eventsOf,
  postResponse,
  type ScriptedTeam,
} from "#tests/support/scripted-team";
import { chatToolCalls, type UpstreamScript } from "#tests/support/scripted-upstream";
import { query, type RunningServer, startServer } from "#tests/support/server";

type Answer = { status: number; body: Json };

/** A server that may reach this machine's MCP servers, two teams of it, and such a server. */
export interface McpTeam {
  server: RunningServer;
  team: ScriptedTeam;
  stranger: ScriptedTeam;
  peer: ScriptedMcpServer;
  /** The peer as a request names it. */
  shop(fields?: Json): Json;
  post(body: Json, by?: ScriptedTeam): Promise<Answer>;
  stream(body: Json, headers?: Record<string, string>): Promise<({ type: string } & Json)[]>;
  /** What the team's model was sent: messages of its n-th call. */
  messagesTo(index: number): Json[];
  /** The tool calls that the peer has received. */
  calls(): ScriptedMcpServer["messages"];
  /** How many requests the team's traces hold. */
  tracedRequests(): Promise<number>;
  /** Every row that the database keeps of the team's responses. */
  kept(): Promise<unknown[]>;
  forget(): void;
  close(): Promise<void>;
}

export const ORDER = {
  name: "order",
  description: "Orders a thing",
  inputSchema: {
    type: "object",
    properties: { thing: { type: "string", enum: ["cake", "tea"] } },
    required: ["thing"],
  },
};
const LOOK = { name: "look", inputSchema: { type: "object" }, annotations: { readOnlyHint: true } };

/** The items of an answer. */
export function outputOf({ body }: Answer): Json[] {
  return list(body.output).map(record);
}

/** The types of the items of an answer. */
export function typesOf(answer: Answer): unknown[] {
  return outputOf(answer).map(({ type }) => type);
}

/** A model that orders things, one call each. */
export function ordering(...things: string[]): UpstreamScript {
  const call = (thing: string, index: number) => {
    return { id: `c${index}`, name: "shop__order", arguments: JSON.stringify({ thing }) };
  };
  return chatToolCalls(things.map(call));
}

/** The client's answer to a request for approval. */
export function approval(id: unknown, approve = true): Json {
  return { type: "mcp_approval_response", approval_request_id: id, approve };
}

const TABLES = ["response", "item", "background_run", "trace_payload", "response_event", "span"];

/** Starts all of it; `env` adds to the server's environment. */
export async function startMcpTeam(env: Record<string, string> = {}): Promise<McpTeam> {
  const server = await startServer({ env: { OUTBOUND_ALLOW: "127.0.0.1", ...env } });
  const [team, stranger] = await Promise.all([createScriptedTeam(server), createScriptedTeam(server)]);
  const peer = await startMcpServer({ tools: [ORDER, LOOK] });
  return {
    server,
    team,
    stranger,
    peer,
    shop: (fields = {}) => ({
      type: "mcp",
      server_label: "shop",
      server_url: `${peer.url}?api_key=canary-shop-key`,
      authorization: "canary-shop-token",
      ...fields,
    }),
    post: (body, by = team) => askResponse({ server, key: by.key }, { model: by.model, input: "Order cake.", ...body }),
    async stream(body, headers = {}) {
      const request = { model: team.model, input: "Order cake.", stream: true, ...body };
      return eventsOf(await (await postResponse({ server, key: team.key }, request, { headers })).text());
    },
    messagesTo: (index) => list(record(team.upstream.requests[index]?.body).messages).map(record),
    calls: () => peer.messages.filter(({ method }) => method === "tools/call"),
    async tracedRequests() {
      const traced = "SELECT 1 FROM trace_payload WHERE team_id = $1 AND body::text LIKE '%server_url%'";
      return (await query(server, traced, [team.teamId])).length;
    },
    kept: () =>
      Promise.all(TABLES.map((table) => query(server, `SELECT * FROM ${table} WHERE team_id = $1`, [team.teamId]))),
    forget() {
      team.upstream.requests.length = 0;
      peer.messages.length = 0;
    },
    async close() {
      await Promise.all([team.close(), stranger.close(), peer.close()]);
      await server.stop();
      await server.remove();
    },
  };
}
