import type { Usage } from "#server/protocol/response";
import type { ModelUsage } from "#server/providers/provider";

/** The tokens of both calls together. */
export function addUsage(a: ModelUsage, b: ModelUsage): ModelUsage {
  return {
    inputTokens: a.inputTokens + b.inputTokens,
    cachedTokens: a.cachedTokens + b.cachedTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    reasoningTokens: a.reasoningTokens + b.reasoningTokens,
  };
}

/** The tokens of both; null when neither is known. */
export function sumUsage(a: ModelUsage | null, b: ModelUsage | null): ModelUsage | null {
  return a && b ? addUsage(a, b) : (a ?? b);
}

/** The tokens as a response carries them. */
export function toUsage(usage: ModelUsage): Usage {
  return {
    input_tokens: usage.inputTokens,
    input_tokens_details: { cached_tokens: usage.cachedTokens, cache_write_tokens: 0 },
    output_tokens: usage.outputTokens,
    output_tokens_details: { reasoning_tokens: usage.reasoningTokens },
    total_tokens: usage.inputTokens + usage.outputTokens,
  };
}
