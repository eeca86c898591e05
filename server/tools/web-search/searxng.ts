import { z } from "zod";
import { askBackend } from "#server/tools/web-search/ask-backend";
import type { SearchBackend } from "#server/tools/web-search/backend";
import { withSites } from "#server/tools/web-search/site-operators";

const Answer = z.object({
  results: z.array(
    z.object({
      url: z.string(),
      title: z.string().nullish(),
      content: z.string().nullish(),
      publishedDate: z.string().nullish(),
    }),
  ),
});

/** A SearXNG server, at its root or its `/search`. Source: docs.searxng.org, "Search API". */
export const searxng: SearchBackend = async (query, { url, apiKey }) => {
  const address = new URL(url ?? "");
  if (!address.pathname.endsWith("/search")) address.pathname = `${address.pathname.replace(/\/+$/, "")}/search`;
  address.searchParams.set("q", withSites(query));
  address.searchParams.set("format", "json");
  const answer = await askBackend(
    {
      name: "searxng",
      url: address,
      headers: apiKey === "" ? {} : { authorization: `Bearer ${apiKey}` },
      signal: query.signal,
    },
    Answer,
  );
  // It gives as many as its engines have found.
  return answer.results.slice(0, query.count).map((result) => ({
    url: result.url,
    title: result.title ?? "",
    text: [...(result.publishedDate ? [`Date: ${result.publishedDate}`] : []), result.content ?? ""].join("\n"),
  }));
};
