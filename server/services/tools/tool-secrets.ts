import { decryptSecret, encryptSecret } from "#server/auth/secrets";
import type { SavedToolRow } from "#server/db/saved-tools";

/** Values that a tool sends to prove who it is. */
export interface ToolSecrets {
  headers: Record<string, string>;
  query: Record<string, string>;
}

/** What a change says of them: null takes one away, what is absent stays. */
export interface SecretChange {
  secretHeaders?: Record<string, string | null> | undefined;
  secretQuery?: Record<string, string | null> | undefined;
}

type Owner = Pick<SavedToolRow, "teamId" | "id">;

function boundTo({ teamId, id }: Owner): string {
  return `${teamId} ${id}`;
}

/**
 * The secrets of a stored tool.
 * Throws an Error when they cannot be decrypted; it shows no content.
 */
export function openSecrets(row: Owner & Pick<SavedToolRow, "secret">): ToolSecrets {
  return row.secret === null ? { headers: {}, query: {} } : JSON.parse(decryptSecret(row.secret, boundTo(row)));
}

/** The columns that keep them. */
export function sealSecrets(owner: Owner, secrets: ToolSecrets): Pick<SavedToolRow, "secret" | "secretNames"> {
  const names = [
    ...Object.keys(secrets.headers).map((name) => `header:${name}`),
    ...Object.keys(secrets.query).map((name) => `query:${name}`),
  ];
  if (names.length === 0) return { secret: null, secretNames: [] };
  return { secret: encryptSecret(JSON.stringify(secrets), boundTo(owner)), secretNames: names };
}

/** The secrets after a change. Names of headers are told apart without regard to case. */
export function changeSecrets(before: ToolSecrets, { secretHeaders, secretQuery }: SecretChange): ToolSecrets {
  const lower = Object.entries(secretHeaders ?? {}).map(([name, value]) => [name.toLowerCase(), value] as const);
  return {
    headers: merged(before.headers, Object.fromEntries(lower)),
    query: merged(before.query, secretQuery ?? {}),
  };
}

function merged(before: Record<string, string>, change: Record<string, string | null>): Record<string, string> {
  const all = Object.entries({ ...before, ...change });
  return Object.fromEntries(all.flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
}

/** The names among them that a tool has values for. */
export function configuredNames(names: readonly string[], place: "header" | "query"): string[] {
  return names.flatMap((name) => (name.startsWith(`${place}:`) ? [name.slice(place.length + 1)] : []));
}
