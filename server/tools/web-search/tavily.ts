import { z } from "zod";
import { askBackend } from "#server/tools/web-search/ask-backend";
import type { SearchBackend } from "#server/tools/web-search/backend";

const Answer = z.object({
  results: z.array(z.object({ url: z.string(), title: z.string().nullish(), content: z.string().nullish() })),
});

/** From here on a snippet is not enough. */
const ADVANCED_CHARS = 2_000;

const regionNames = new Intl.DisplayNames(["en"], { type: "region", fallback: "none" });

/** Tavily's search. Source: docs.tavily.com, "Tavily Search". */
export const tavily: SearchBackend = async (query, { url, apiKey }) => {
  const country = query.location?.country ? regionNames.of(query.location.country)?.toLowerCase() : undefined;
  const body = {
    query: query.query,
    max_results: query.count,
    search_depth: query.chars >= ADVANCED_CHARS ? "advanced" : "basic",
    ...(query.allowedDomains.length > 0 ? { include_domains: query.allowedDomains } : {}),
    ...(query.blockedDomains.length > 0 ? { exclude_domains: query.blockedDomains } : {}),
    ...(country ? { country } : {}),
  };
  const answer = await askBackend(
    {
      name: "tavily",
      url: new URL(url ?? "https://api.tavily.com/search"),
      headers: { authorization: `Bearer ${apiKey}` },
      body,
      signal: query.signal,
    },
    Answer,
  );
  return answer.results.map(({ url: found, title, content }) => ({
    url: found,
    title: title ?? "",
    text: content ?? "",
  }));
};
