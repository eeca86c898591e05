import type { HostedType } from "#components/tools/hosted-tools";

/** An MCP server that is not saved. */
export interface PlaygroundServer {
  label: string;
  url: string;
  /** Sent as a bearer token; "" for none. */
  token: string;
  approval: "always" | "never";
}

/** A tool that the team has saved. */
export interface PlaygroundSavedTool {
  kind: "mcp" | "http";
  name: string;
}

/** What the model may use, beside functions. */
export interface ToolSettings {
  vectorStoreIds: string[];
  /** The stores are searched by a model that goes on until it has found enough. */
  agentic: boolean;
  hosted: HostedType[];
  saved: PlaygroundSavedTool[];
  servers: PlaygroundServer[];
}

export const noTools: ToolSettings = { vectorStoreIds: [], agentic: false, hosted: [], saved: [], servers: [] };

function searchOf({ vectorStoreIds, agentic }: ToolSettings): object[] {
  if (vectorStoreIds.length === 0) return [];
  return [{ type: agentic ? "agentic_search" : "file_search", vector_store_ids: vectorStoreIds }];
}

function hostedOf(type: HostedType): object {
  return type === "code_interpreter" ? { type, container: { type: "auto" } } : { type };
}

function savedOf({ kind, name }: PlaygroundSavedTool): object {
  return kind === "mcp" ? { type: "mcp", server_label: name } : { type: "rejoinder:tool", name };
}

function serverOf({ label, url, token, approval }: PlaygroundServer): object {
  const credentials = token ? { authorization: token } : {};
  return { type: "mcp", server_label: label, server_url: url, ...credentials, require_approval: approval };
}

/** The tools as a request names them. */
export function toolsOf(settings: ToolSettings): object[] {
  const { hosted, saved, servers } = settings;
  return [...searchOf(settings), ...hosted.map(hostedOf), ...saved.map(savedOf), ...servers.map(serverOf)];
}

/** What of the tools' work answers would leave out unless it is asked for. */
export function includeOf({ vectorStoreIds, hosted }: ToolSettings): string[] {
  return [
    ...(vectorStoreIds.length > 0 ? ["file_search_call.results"] : []),
    ...(hosted.includes("web_search") ? ["web_search_call.action.sources"] : []),
    ...(hosted.includes("code_interpreter") ? ["code_interpreter_call.outputs"] : []),
  ];
}

/** The settings with what stands in code that may be shown to anybody in the place of tokens. */
export function withoutTokens<T extends ToolSettings>(settings: T): T {
  const servers = settings.servers.map((server) => (server.token ? { ...server, token: "$MCP_TOKEN" } : server));
  return { ...settings, servers };
}
