import type { SavedToolSettings } from "#server/db/saved-tools";
import { programOf } from "#server/protocol/saved-tools";
import { withQuery } from "#server/services/tools/server-query";
import type { ToolSecrets } from "#server/services/tools/tool-secrets";
import type { HttpFunction, McpServer } from "#server/tools/registry";

interface Target {
  name: string;
  description: string | null;
  secrets: ToolSecrets;
}

type Kind<K extends SavedToolSettings["kind"]> = Extract<SavedToolSettings, { kind: K }> & Target;

/** A saved server as a request reaches it: with its credentials. */
export function toMcpServer(teamId: string, { name, settings, secrets }: Kind<"mcp">): McpServer {
  const entries = Object.entries({ ...settings.headers, ...secrets.headers });
  const headers = Object.fromEntries(entries.map(([header, value]) => [header.toLowerCase(), value]));
  const program = programOf(settings.url);
  const url = withQuery(settings.url, secrets.query);
  return { teamId, label: name, url, headers, ...(program !== null && { program }) };
}

/** A saved function as a call makes its request: with its credentials. */
export function toHttpFunction({ name, description, settings, secrets }: Kind<"http">): HttpFunction {
  return { name, description, settings, secrets };
}
