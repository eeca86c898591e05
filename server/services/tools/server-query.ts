import { AppError } from "#server/errors";
import { programOf } from "#server/protocol/saved-tools";
import { isHidden } from "#server/protocol/server-url";

/**
 * The address of a server to be saved without its query, and the query's values: servers take keys there.
 * @throws AppError invalid_value for a query that is no list of names with one value each
 */
export function splitQuery(address: string): { url: string; query: Record<string, string> } {
  const url = programOf(address) === null ? URL.parse(address) : null;
  if (!url || url.search === "") return { url: address, query: {} };
  const parts = url.search.slice(1).split("&");
  const values = [...url.searchParams];
  const query = Object.fromEntries(values);
  const isList = parts.every((part) => part.indexOf("=") > 0) && Object.keys(query).length === values.length;
  if (!isList)
    throw invalid("The query must be written as name=value, and each name once: its values are kept sealed.");
  if (isHidden(address))
    throw invalid("Write the query's values out: they are shown nowhere, so they cannot be copied.");
  url.search = "";
  return { url: url.href, query };
}

/** The address with the values that {@link splitQuery} has taken away. */
export function withQuery(address: string, query: Readonly<Record<string, string>>): string {
  const values = Object.entries(query);
  if (values.length === 0) return address;
  const url = new URL(address);
  for (const [name, value] of values) url.searchParams.set(name, value);
  return url.href;
}

function invalid(message: string): AppError {
  return new AppError("invalid_value", message, { param: "mcp.url" });
}
