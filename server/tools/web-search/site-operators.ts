import type { BackendQuery } from "#server/tools/web-search/backend";

/** More operators than this make engines' queries too long; the rest is left out of the results afterwards. */
const MAX_SITES = 8;

/**
 * The query with its domains as `site:` operators, for engines that have no fields for them. `maxChars`: of all of it;
 * the query's own words are cut.
 */
export function withSites(
  { query, allowedDomains, blockedDomains }: BackendQuery,
  maxChars = Number.POSITIVE_INFINITY,
): string {
  // With some of many left out, the operator would hide what is allowed.
  const allowed = allowedDomains.length > MAX_SITES ? [] : allowedDomains.map((domain) => `site:${domain}`);
  const only = allowed.length > 1 ? [`(${allowed.join(" OR ")})`] : allowed;
  const blocked = blockedDomains.slice(0, MAX_SITES).map((domain) => `-site:${domain}`);
  const operators = [...only, ...blocked].map((operator) => ` ${operator}`).join("");
  return query.slice(0, Math.max(0, maxChars - operators.length)) + operators;
}
