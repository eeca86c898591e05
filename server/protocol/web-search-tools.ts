import { z } from "zod";
import { RequestProblem } from "#server/protocol/problem";
import { validateAt } from "#server/protocol/validate";
import type { VendorTool } from "#server/protocol/vendor-tools";

/** The names under which OpenAI has had its web search. */
const WEB_SEARCH_TYPES: ReadonlySet<string> = new Set([
  "web_search",
  "web_search_2025_08_26",
  "web_search_preview",
  "web_search_preview_2025_03_11",
]);

/** A host without scheme, path and port, as `filters` name it; `*.` before it is taken for what it means anyway. */
const Domain = z
  .string()
  .max(253)
  .regex(/^(\*\.)?[^\s/:@?#*]+$/)
  .transform((domain) => domain.replace(/^\*\./, "").replace(/\.$/, "").toLowerCase());
const Domains = z.array(Domain).max(100).nullish();

const Location = z.object({
  type: z.literal("approximate").nullish(),
  country: z
    .string()
    .regex(/^[A-Za-z]{2}$/)
    .nullish(),
  region: z.string().max(200).nullish(),
  city: z.string().max(200).nullish(),
  timezone: z.string().max(100).nullish(),
});

const CONTEXT_SIZES = ["low", "medium", "high"] as const;

const WebSearchToolInput = z.looseObject({
  type: z.string(),
  filters: z.object({ allowed_domains: Domains, blocked_domains: Domains }).nullish(),
  user_location: Location.nullish(),
  search_context_size: z.enum(CONTEXT_SIZES).nullish(),
  external_web_access: z.boolean().nullish(),
});

/** Where the user is, as far as the request says. */
export interface WebSearchLocation {
  type: "approximate";
  /** ISO 3166-1, two letters. */
  country: string | null;
  region: string | null;
  city: string | null;
  /** IANA. */
  timezone: string | null;
}

/** A web search that runs here, as a request names it. */
export interface WebSearchTool {
  /** With their subdomains, in small letters; empty: all. */
  allowedDomains: string[];
  blockedDomains: string[];
  location: WebSearchLocation | null;
  contextSize: (typeof CONTEXT_SIZES)[number];
}

/** True for a tool that searches the web, by any of its names. */
export function isWebSearch({ type }: { type: string }): boolean {
  return WEB_SEARCH_TYPES.has(type);
}

/**
 * Reads a web search that is not passed on to a provider, and the tool as its response shows it: with OpenAI's defaults.
 * `place`: its path in the request, e.g. `tools[0]`. Throws RequestProblem for the first fault.
 */
export function readWebSearchTool(tool: VendorTool, place: string): { read: WebSearchTool; shown: VendorTool } {
  const {
    filters = null,
    user_location,
    search_context_size,
    external_web_access,
  } = validateAt(WebSearchToolInput, tool, place);
  if (external_web_access === false) {
    const param = `${place}.external_web_access`;
    const message = `Invalid '${param}': this server keeps no copy of the web to search in. Leave it out, or use true.`;
    throw new RequestProblem("unsupported_parameter", message, { param });
  }
  const location = user_location ? locationOf(user_location) : null;
  const contextSize = search_context_size ?? "medium";
  const read = {
    allowedDomains: filters?.allowed_domains ?? [],
    blockedDomains: filters?.blocked_domains ?? [],
    location,
    contextSize,
  };
  const isPreview = tool.type.startsWith("web_search_preview");
  const defaults = { search_context_size: contextSize, user_location: location };
  return { read, shown: { ...tool, ...(isPreview ? {} : { filters }), ...defaults } };
}

function locationOf({ country, region, city, timezone }: z.infer<typeof Location>): WebSearchLocation {
  return {
    type: "approximate",
    country: country?.toUpperCase() ?? null,
    region: region ?? null,
    city: city ?? null,
    timezone: timezone ?? null,
  };
}

/** The action of a search that ended before it was known what it was to be: OpenAI's items always have one. */
export const UNKNOWN_ACTION = { type: "search", query: "" } as const satisfies Partial<WebSearchAction>;

/** The item as one that has failed, wherever it had come to. */
export function failedWebSearch<I extends object>(item: I): I & { status: "failed" } {
  return { ...("action" in item ? {} : { action: UNKNOWN_ACTION }), ...item, status: "failed" };
}

const Fields = z.looseObject({});

/** The item without the sources and results that the caller did not ask to see. The same object when it has none. */
export function showWebSearch<I extends object>(item: I, include: readonly string[]): I {
  const hidden: Record<string, unknown> = {};
  if ("results" in item && !include.includes("web_search_call.results")) hidden.results = undefined;
  const { data: action } = Fields.safeParse("action" in item ? item.action : null);
  if (action && "sources" in action && !include.includes("web_search_call.action.sources")) {
    hidden.action = { ...action, sources: undefined };
  }
  return Object.keys(hidden).length === 0 ? item : { ...item, ...hidden };
}

/** What is kept of a result beside its address: for later turns, and for callers that include it. */
const KeptResult = z.object({ url: z.string(), title: z.string(), text: z.string() });
export type WebSearchResult = z.infer<typeof KeptResult>;

export type WebSearchAction =
  | { type: "search"; queries: string[]; query: string; sources?: { type: "url"; url: string }[] }
  | { type: "open_page"; url: string }
  | { type: "find_in_page"; pattern: string; url: string };

/** A search of the web as a context holds it: ours has `results`, those of others may have more. */
export const WebSearchCallMade = z.looseObject({
  type: z.literal("web_search_call"),
  id: z.string(),
  status: z.string().nullish(),
  action: z
    .union([
      z.looseObject({
        type: z.literal("search"),
        query: z.string().nullish(),
        queries: z.array(z.string()).nullish(),
      }),
      z.looseObject({ type: z.literal("open_page"), url: z.string().nullish() }),
      z.looseObject({ type: z.literal("find_in_page"), url: z.string(), pattern: z.string() }),
    ])
    .nullish(),
  results: z.array(KeptResult).nullish(),
});
export type WebSearchCallMade = z.infer<typeof WebSearchCallMade>;
