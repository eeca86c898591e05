import { createHash } from "node:crypto";
import { withoutValues } from "#server/tools/redact";

/** An account at a server, whose tokens come and go. */
export interface McpCredential {
  /** Names the account, and is another when it was connected anew. */
  key: string;
  /**
   * A token that is good now, and not the one that the server has refused.
   * @throws AppError tool_server_error when there is none
   */
  token(signal: AbortSignal, refused?: string): Promise<string>;
  /** Tokens that may be in use. */
  secrets(): readonly string[];
}

/** An MCP server as one request reaches it. */
export interface McpServer {
  teamId: string;
  /** The caller's name for it. */
  label: string;
  url: string;
  /** The name of a program of the operator's that is asked in place of the address. */
  program?: string;
  /** Sent with every request to it, its credentials among them. Never shown. */
  headers: Readonly<Record<string, string>>;
  /** Whose tokens are sent besides. */
  credential?: McpCredential;
}

/** What tells servers apart that may share a session or a tool list: the team, the address and the credentials. */
export function serverKey({ teamId, url, program, headers, credential }: McpServer): string {
  const sorted = Object.entries(headers).sort(([a], [b]) => (a < b ? -1 : 1));
  const secret = createHash("sha256")
    .update(JSON.stringify([url, program ?? null, sorted, credential?.key ?? null]))
    .digest("hex");
  return `${teamId} ${secret}`;
}

/** The text without the credentials with which the server is asked, should it repeat them. */
export function withoutSecrets({ url, headers, credential }: McpServer, text: string): string {
  const inUrl = [...(URL.parse(url)?.searchParams.values() ?? [])].flatMap((value) => [
    value,
    encodeURIComponent(value),
  ]);
  return withoutValues([...Object.values(headers), ...inUrl, ...(credential?.secrets() ?? [])], text);
}
