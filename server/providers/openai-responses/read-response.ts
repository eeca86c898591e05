import type { InForce } from "#server/protocol/in-force";
import { EFFORTS } from "#server/protocol/request";
import { isVendorTool, type VendorTool } from "#server/protocol/vendor-tools";
import type { FinishReason, ModelUsage } from "#server/providers/provider";
import { type JsonObject, listOf, numberOf, objectOf, stringOf } from "#server/providers/shared/json";
import { readModeration } from "#server/providers/shared/read-moderation";

const NUMBERS = ["temperature", "top_p", "presence_penalty", "frequency_penalty", "top_logprobs"] as const;
const NULLABLE_STRINGS = ["prompt_cache_retention", "user"] as const;
const SUMMARIES = ["auto", "concise", "detailed"] as const;
const VERBOSITIES = ["low", "medium", "high"] as const;

/** `value` as one of the known words, null where it is null, undefined for anything else. */
function wordOf<W extends string>(value: unknown, words: readonly W[]): W | null | undefined {
  return value === null ? null : words.find((word) => word === value);
}

function reasoningOf(value: unknown): Pick<InForce, "reasoning"> {
  const reasoning = objectOf(value);
  const effort = wordOf(reasoning?.effort, EFFORTS);
  const summary = wordOf(reasoning?.summary, SUMMARIES);
  const mode = stringOf(reasoning?.mode);
  const context = reasoning?.context === null ? null : (stringOf(reasoning?.context) ?? undefined);
  const said = {
    ...(effort === undefined ? {} : { effort }),
    ...(summary === undefined ? {} : { summary }),
    ...(mode === null ? {} : { mode }),
    ...(context === undefined ? {} : { context }),
  };
  return Object.keys(said).length > 0 ? { reasoning: said } : {};
}

function cacheOptionsOf(value: unknown): Pick<InForce, "prompt_cache_options"> {
  const options = objectOf(value);
  const ttl = stringOf(options?.ttl);
  const mode = stringOf(options?.mode);
  return ttl !== null && mode !== null ? { prompt_cache_options: { ttl, mode } } : {};
}

function vendorToolsOf(value: unknown): VendorTool[] {
  return listOf(value).flatMap((entry) => {
    const tool = objectOf(entry);
    const type = stringOf(tool?.type);
    if (!tool || type === null) return [];
    const named = { ...tool, type };
    return isVendorTool(named) ? [named] : [];
  });
}

/** What a server says is in force, as far as its response object is of the expected form. */
export function readSettings(response: JsonObject): InForce {
  const settings: InForce = { ...reasoningOf(response.reasoning), ...cacheOptionsOf(response.prompt_cache_options) };
  for (const key of NUMBERS) {
    const value = numberOf(response[key]);
    if (value !== null) settings[key] = value;
  }
  for (const key of NULLABLE_STRINGS) {
    const value = response[key];
    if (value === null || typeof value === "string") settings[key] = value;
  }
  const tier = stringOf(response.service_tier);
  if (tier !== null) settings.service_tier = tier;
  const model = stringOf(response.model);
  if (model) settings.modelId = model;
  const moderation = readModeration(response.moderation);
  if (moderation || response.moderation === null) settings.moderation = moderation;
  const billing = objectOf(response.billing);
  if (billing) settings.billing = billing;
  const verbosity = wordOf(objectOf(response.text)?.verbosity, VERBOSITIES);
  if (verbosity) settings.verbosity = verbosity;
  const tools = vendorToolsOf(response.tools);
  if (tools.length > 0) settings.vendorTools = tools;
  return settings;
}

/** Token counts of a response, or null when there are none. */
export function readUsage(value: unknown): ModelUsage | null {
  const usage = objectOf(value);
  const inputTokens = numberOf(usage?.input_tokens);
  const outputTokens = numberOf(usage?.output_tokens);
  if (!usage || (inputTokens === null && outputTokens === null)) return null;
  return {
    inputTokens: inputTokens ?? 0,
    cachedTokens: numberOf(objectOf(usage.input_tokens_details)?.cached_tokens) ?? 0,
    outputTokens: outputTokens ?? 0,
    reasoningTokens: numberOf(objectOf(usage.output_tokens_details)?.reasoning_tokens) ?? 0,
  };
}

/** Why an incomplete response stopped. Servers have words of their own: `length`, `max_tokens`, `safety`. */
export function readIncomplete(response: JsonObject): FinishReason {
  const reason = stringOf(objectOf(response.incomplete_details)?.reason) ?? "";
  return /filter|safety/i.test(reason) ? "content_filter" : "max_output_tokens";
}
