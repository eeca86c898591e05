import { z } from "zod";
import { askBackend } from "#server/tools/web-search/ask-backend";
import type { SearchBackend } from "#server/tools/web-search/backend";
import { withSites } from "#server/tools/web-search/site-operators";

const Answer = z.object({
  items: z.array(z.object({ link: z.string(), title: z.string().nullish(), snippet: z.string().nullish() })).nullish(),
});

/** Of one answer. */
const MAX_RESULTS = 10;

/** Google's Programmable Search Engine. Source: developers.google.com/custom-search, `cse.list`. */
export const google: SearchBackend = async (query, { url, apiKey, engineId }) => {
  const address = new URL(url ?? "https://www.googleapis.com/customsearch/v1");
  address.searchParams.set("cx", engineId);
  address.searchParams.set("q", withSites(query));
  address.searchParams.set("num", String(Math.min(MAX_RESULTS, query.count)));
  const country = query.location?.country;
  if (country) address.searchParams.set("gl", country.toLowerCase());
  const answer = await askBackend(
    // In a header, so that the key stands in no log of addresses.
    { name: "google", url: address, headers: { "x-goog-api-key": apiKey }, signal: query.signal },
    Answer,
  );
  return (answer.items ?? []).map(({ link, title, snippet }) => ({
    url: link,
    title: title ?? "",
    text: snippet ?? "",
  }));
};
