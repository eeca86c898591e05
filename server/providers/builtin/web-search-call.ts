import { splitClauses } from "#server/providers/builtin/split-clauses";

const MAX_QUERY = 1_000;
const ADDRESS = /https?:\/\/[^\s<>"“”]+/;
const QUOTED = /[“"]([^”"]+)[”"]/;

/** What the demo model asks a web search: to find quoted words in a page that the message names, to open it, or to search. */
export function webSearchArguments(message: string): Record<string, string | string[]> {
  const url = ADDRESS.exec(message)?.[0].replace(/[.,;:!?)\]]+$/, "");
  const pattern = QUOTED.exec(message)?.[1];
  if (url !== undefined) return pattern ? { action: "find_in_page", url, pattern } : { action: "open_page", url };
  const clauses = splitClauses(message);
  if (clauses.length > 1) return { action: "search", queries: clauses.map((clause) => clause.slice(0, MAX_QUERY)) };
  return { action: "search", query: message.slice(0, MAX_QUERY) };
}
