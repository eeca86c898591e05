import { z } from "zod";
import type { WebSearchAction } from "#server/protocol/web-search-tools";

const MAX_QUERIES = 4;
const MAX_QUERY = 1_000;
const MAX_URL = 2_048;
const MAX_PATTERN = 500;

/** What the model is shown. One flat object: not every vendor knows alternatives. */
const Shown = z.object({
  action: z
    .enum(["search", "open_page", "find_in_page"])
    .describe(
      "search: asks a search engine, with `query` or `queries`. open_page: reads the page at `url`. find_in_page: shows " +
        "where the page at `url` holds `pattern`.",
    ),
  query: z
    .string()
    .max(MAX_QUERY)
    .optional()
    .describe("For search: what to look for, in the words of a search engine."),
  queries: z
    .array(z.string().max(MAX_QUERY))
    .max(MAX_QUERIES)
    .optional()
    .describe("For search: several queries, asked at once."),
  url: z.string().max(MAX_URL).optional().describe("For open_page and find_in_page: the page's URL."),
  pattern: z.string().max(MAX_PATTERN).optional().describe("For find_in_page: the words to find, in any case."),
  offset: z.int().min(0).optional().describe("For open_page: the character to read on from. Default 0."),
});

const { $schema: _, ...shownSchema } = z.toJSONSchema(Shown);

/** The JSON Schema of the tool's arguments. */
export const webSearchParameters: Record<string, unknown> = shownSchema;

/** A call, read. */
export type WebSearchInput =
  | { action: "search"; queries: string[] }
  | { action: "open_page"; url: string; offset: number }
  | { action: "find_in_page"; url: string; pattern: string };

/** Models fill what they do not need with null or nothing. */
const Filled = z
  .record(z.string(), z.unknown())
  .transform((fields) =>
    Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== "")),
  )
  .pipe(Shown.partial({ action: true }));

/** The arguments as models write them; an action that is not named is told by the rest. */
export const WebSearchInput: z.ZodType<WebSearchInput> = Filled.transform((fields, context) => {
  const { url, pattern, offset = 0 } = fields;
  const action = fields.action ?? (url === undefined ? "search" : pattern === undefined ? "open_page" : "find_in_page");
  const missing = (what: string): never => {
    context.addIssue({ code: "custom", message: `The action '${action}' needs ${what}.` });
    return z.NEVER;
  };
  if (action === "search") {
    const asked = [fields.query ?? "", ...(fields.queries ?? [])].map((query) => query.trim()).filter(Boolean);
    const queries = [...new Set(asked)].slice(0, MAX_QUERIES);
    return queries.length > 0 ? { action, queries } : missing("'query' or 'queries'");
  }
  if (url === undefined) return missing("'url'");
  if (action === "open_page") return { action, url, offset };
  return pattern?.trim() ? { action, url, pattern } : missing("'pattern'");
});

/** The call as its item tells it. */
export function toAction(input: WebSearchInput): WebSearchAction {
  switch (input.action) {
    case "search":
      return { type: "search", queries: input.queries, query: input.queries[0] ?? "" };
    case "open_page":
      return { type: "open_page", url: input.url };
    case "find_in_page":
      return { type: "find_in_page", pattern: input.pattern, url: input.url };
  }
}
