import type { Logprob } from "#server/protocol/content";
import type { FinishReason, ModelUsage } from "#server/providers/provider";
import { listOf, numberOf, objectOf, stringOf } from "#server/providers/shared/json";
import { toLogprobs } from "#server/providers/shared/logprobs";

/**
 * A chunk as vendors send it. Every field may be missing or of another type; parsed by hand, since a schema check of
 * each of hundreds of chunks would cost more than all the rest.
 */
export interface ChatChunk {
  model?: unknown;
  choices?: { delta?: ChatDelta | null; message?: ChatDelta | null; finish_reason?: unknown; logprobs?: unknown }[];
  usage?: unknown;
  moderation?: unknown;
  x_groq?: { usage?: unknown; error?: unknown } | null;
  error?: unknown;
}

export interface ChatDelta {
  content?: unknown;
  reasoning_content?: unknown;
  reasoning?: unknown;
  refusal?: unknown;
  tool_calls?: unknown;
  function_call?: unknown;
}

export interface CallDelta {
  index?: unknown;
  id?: unknown;
  function?: { name?: unknown; arguments?: unknown } | null;
  custom?: { name?: unknown; input?: unknown } | null;
}

/** The chunk in an event's data, or null when it is no JSON object. */
export function parseChunk(data: string): ChatChunk | null {
  try {
    const chunk: ChatChunk | null = JSON.parse(data);
    return typeof chunk === "object" ? chunk : null;
  } catch {
    return null;
  }
}

const REASONS: Record<string, FinishReason> = {
  stop: "stop",
  length: "max_output_tokens",
  max_tokens: "max_output_tokens",
  tool_calls: "tool_calls",
  function_call: "tool_calls",
  content_filter: "content_filter",
};

/** Our reason for a vendor's `finish_reason`; unknown ones count as `stop`. */
export function readFinishReason(reason: string): FinishReason {
  return REASONS[reason] ?? "stop";
}

/** Token counts of a chunk's `usage`, or null when there are none. */
export function readUsage(value: unknown): ModelUsage | null {
  const usage = objectOf(value);
  const prompt = numberOf(usage?.prompt_tokens);
  const completion = numberOf(usage?.completion_tokens);
  if (!usage || (prompt === null && completion === null)) return null;
  const promptDetails = objectOf(usage.prompt_tokens_details);
  const completionDetails = objectOf(usage.completion_tokens_details);
  const reasoningTokens = numberOf(completionDetails?.reasoning_tokens) ?? 0;
  // xAI counts reasoning beside the completion; only its total tells.
  const beside = numberOf(usage.total_tokens) === (prompt ?? 0) + (completion ?? 0) + reasoningTokens;
  return {
    inputTokens: prompt ?? 0,
    cachedTokens: numberOf(promptDetails?.cached_tokens) ?? numberOf(usage.prompt_cache_hit_tokens) ?? 0,
    outputTokens: (completion ?? 0) + (beside ? reasoningTokens : 0),
    reasoningTokens,
  };
}

/** The token probabilities of a choice; empty when there are none. */
export function readLogprobs(value: unknown): Logprob[] {
  return toLogprobs(objectOf(value)?.content);
}

/** Splits a content value into text and reasoning: a string, or Mistral's list of text and thinking parts. */
export function readContent(content: unknown): { text: string; reasoning: string } {
  if (typeof content === "string") return { text: content, reasoning: "" };
  let text = "";
  let reasoning = "";
  for (const entry of listOf(content)) {
    const part = objectOf(entry);
    if (part?.type === "thinking") reasoning += readContent(part.thinking).text;
    else text += stringOf(part?.text) ?? "";
  }
  return { text, reasoning };
}
