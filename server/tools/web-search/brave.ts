import { z } from "zod";
import { askBackend } from "#server/tools/web-search/ask-backend";
import type { SearchBackend } from "#server/tools/web-search/backend";
import { withSites } from "#server/tools/web-search/site-operators";

const Answer = z.object({
  web: z
    .object({
      results: z.array(
        z.object({
          url: z.string(),
          title: z.string().nullish(),
          description: z.string().nullish(),
          extra_snippets: z.array(z.string()).nullish(),
          page_age: z.string().nullish(),
        }),
      ),
    })
    .nullish(),
});

/** Of a query, with its operators. */
const MAX_QUERY = 400;

/** Brave's Web Search API. Source: api-dashboard.search.brave.com, "Web Search". */
export const brave: SearchBackend = async (query, { url, apiKey }) => {
  const address = new URL(url ?? "https://api.search.brave.com/res/v1/web/search");
  address.searchParams.set("q", withSites(query, MAX_QUERY));
  address.searchParams.set("count", String(query.count));
  address.searchParams.set("text_decorations", "false");
  address.searchParams.set("extra_snippets", "true");
  const { country, region, city, timezone } = query.location ?? {};
  if (country) address.searchParams.set("country", country);
  const places = {
    "x-loc-country": country,
    "x-loc-state-name": region,
    "x-loc-city": city,
    "x-loc-timezone": timezone,
  };
  const headers = Object.entries(places).flatMap(([name, value]) => (value && isPlain(value) ? [[name, value]] : []));
  const answer = await askBackend(
    {
      name: "brave",
      url: address,
      headers: { "x-subscription-token": apiKey, ...Object.fromEntries(headers) },
      signal: query.signal,
    },
    Answer,
  );
  const { load } = await import("cheerio");
  // Brave escapes its texts as HTML.
  const plain = (html: string) => load(html, null, false).text();
  return (answer.web?.results ?? []).map((result) => ({
    url: result.url,
    title: plain(result.title ?? ""),
    text: [
      ...(result.page_age ? [`Date: ${result.page_age}`] : []),
      ...[result.description ?? "", ...(result.extra_snippets ?? [])].map(plain),
    ].join("\n"),
  }));
};

/** True for what a header may hold. */
function isPlain(value: string): boolean {
  return /^[\x20-\x7e]*$/.test(value);
}
