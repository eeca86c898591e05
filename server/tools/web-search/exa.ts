import { z } from "zod";
import { askBackend } from "#server/tools/web-search/ask-backend";
import type { SearchBackend } from "#server/tools/web-search/backend";

const Answer = z.object({
  results: z.array(
    z.object({
      url: z.string(),
      title: z.string().nullish(),
      publishedDate: z.string().nullish(),
      text: z.string().nullish(),
    }),
  ),
});

/** Exa's search. Source: docs.exa.ai, "Search". */
export const exa: SearchBackend = async (query, { url, apiKey }) => {
  const country = query.location?.country;
  const body = {
    query: query.query,
    numResults: query.count,
    contents: { text: { maxCharacters: query.chars } },
    ...(query.allowedDomains.length > 0 ? { includeDomains: query.allowedDomains } : {}),
    ...(query.blockedDomains.length > 0 ? { excludeDomains: query.blockedDomains } : {}),
    ...(country ? { userLocation: country } : {}),
  };
  const answer = await askBackend(
    {
      name: "exa",
      url: new URL(url ?? "https://api.exa.ai/search"),
      headers: { "x-api-key": apiKey },
      body,
      signal: query.signal,
    },
    Answer,
  );
  return answer.results.map((result) => ({
    url: result.url,
    title: result.title ?? "",
    text: [...(result.publishedDate ? [`Date: ${result.publishedDate}`] : []), result.text ?? ""].join("\n"),
  }));
};
