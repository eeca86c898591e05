import { createHash } from "node:crypto";
import { withoutValues } from "#server/tools/redact";

/** An MCP server as one request reaches it. */
export interface McpServer {
  teamId: string;
  /** The caller's name for it. */
  label: string;
  url: string;
  /** Sent with every request to it, its credentials among them. Never shown. */
  headers: Readonly<Record<string, string>>;
}

/** What tells servers apart that may share a session or a tool list: the team, the address and the credentials. */
export function serverKey({ teamId, url, headers }: McpServer): string {
  const sorted = Object.entries(headers).sort(([a], [b]) => (a < b ? -1 : 1));
  const secret = createHash("sha256")
    .update(JSON.stringify([url, sorted]))
    .digest("hex");
  return `${teamId} ${secret}`;
}

/** The text without the credentials with which the server is asked, should it repeat them. */
export function withoutSecrets({ headers }: McpServer, text: string): string {
  return withoutValues(Object.values(headers), text);
}
