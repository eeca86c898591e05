import { z } from "zod";
import type { RequestTool } from "#server/protocol/tools";
import type { VendorTool } from "#server/protocol/vendor-tools";

const Place = z.object({
  country: z.string().nullish(),
  region: z.string().nullish(),
  city: z.string().nullish(),
  timezone: z.string().nullish(),
});

/** What a chat request says of its web search. */
export const WebSearchOptions = z
  .object({
    search_context_size: z.enum(["low", "medium", "high"]).nullish(),
    user_location: z.object({ type: z.literal("approximate"), approximate: Place }).nullish(),
  })
  .meta({ id: "ChatWebSearchOptions" });

/** A tool is known by its name, so a function of the client's may have taken that of the search. */
const TYPES = ["web_search", "web_search_2025_08_26"] as const;

/** The web search as the Responses API has it, beside the request's own tools; none without options. */
export function webSearchBeside(
  options: z.infer<typeof WebSearchOptions> | null | undefined,
  tools: readonly Extract<RequestTool, { name: string }>[],
): VendorTool[] {
  if (options == null) return [];
  const { search_context_size, user_location } = options;
  const type = TYPES.find((name) => tools.every((tool) => tool.name !== name)) ?? "web_search_preview";
  const about = {
    ...(search_context_size == null ? {} : { search_context_size }),
    ...(user_location == null ? {} : { user_location: { type: user_location.type, ...user_location.approximate } }),
  };
  return [{ type, ...about }];
}
