import { decryptSecret, encryptSecret } from "#server/auth/secrets";
import type { OauthClient, OauthParty, OauthTokens } from "#server/tools/registry";

/** What is kept of an account. Secret. */
export type AccountSecrets = OauthParty & { tokens: OauthTokens };
/** What is kept while somebody is at the consent page. Secret. */
export type AttemptSecrets = OauthParty & { codeVerifier: string };

interface Tool {
  teamId: string;
  toolId: string;
}

type Kinds = { account: AccountSecrets; attempt: AttemptSecrets; client: OauthClient };

function boundTo(kind: keyof Kinds, { teamId, toolId }: Tool): string {
  return `mcp ${kind} ${teamId} ${toolId}`;
}

/** Encrypts it for the tool. */
export function seal<K extends keyof Kinds>(kind: K, tool: Tool, secrets: Kinds[K]): string {
  return encryptSecret(JSON.stringify(secrets), boundTo(kind, tool));
}

/**
 * Decrypts what was sealed as the same kind for the same tool.
 * Throws an Error when that is not so; it shows no content.
 */
export function unseal<K extends keyof Kinds>(kind: K, row: Tool & { secret: string }): Kinds[K] {
  return JSON.parse(decryptSecret(row.secret, boundTo(kind, row)));
}
