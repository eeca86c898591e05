import type { Operation } from "#server/services/tools/open-api/read-operations";
import type { AskedSecret } from "#server/services/tools/open-api/read-security";
import type { ToolSecrets } from "#server/services/tools/tool-secrets";
import { httpTools } from "#server/tools/registry";

/** What of a document says where secrets may go. */
export interface SecretRules {
  /** What its security schemes ask for. */
  asked: readonly AskedSecret[];
  /** Origins of its own servers: a single operation may name others. */
  origins: ReadonlySet<string>;
}

/**
 * Those of the secrets that an operation asks for: its `security` names a scheme that they belong to, and its requests go
 * to a server of the document's.
 */
export function secretsFor({ schemes, settings }: Operation, given: ToolSecrets, rules: SecretRules): ToolSecrets {
  const origin = settings && httpTools.originOf(settings.url);
  const isOwn = origin !== null && rules.origins.has(origin);
  const own = isOwn ? rules.asked.filter(({ scheme }) => schemes.includes(scheme)) : [];
  const headers = Object.entries(given.headers).flatMap(([name, value]) => {
    const kept = headerFor({ name: name.toLowerCase(), value }, own, rules.asked);
    return kept === null ? [] : [[name, kept]];
  });
  const query = Object.entries(given.query).filter(([name]) =>
    own.some((each) => each.in === "query" && each.name === name),
  );
  return { headers: Object.fromEntries(headers), query: Object.fromEntries(query) };
}

/** A header's value as far as it belongs to one of the operation's own schemes; null when nothing of it does. */
function headerFor(
  { name, value }: { name: string; value: string },
  own: readonly AskedSecret[],
  asked: readonly AskedSecret[],
): string | null {
  const isIt = (each: AskedSecret) => each.in === "header" && each.name.toLowerCase() === name;
  const mine = own.filter(isIt).map(({ prefix }) => prefix);
  if (name === "cookie") {
    const cookies = value.split(/;\s*/).filter((cookie) => mine.some((prefix) => cookie.startsWith(prefix)));
    return cookies.length > 0 ? cookies.join("; ") : null;
  }
  // Where several schemes share a header, a value belongs to those that it begins like.
  const all = new Set(asked.filter(isIt).map(({ prefix }) => prefix));
  const begins = (prefix: string) => value.toLowerCase().startsWith(prefix.toLowerCase());
  return mine.some((prefix) => all.size === 1 || begins(prefix)) ? value : null;
}
