import type { OutputItem } from "#server/protocol/items";
import type { Moderation } from "#server/protocol/moderation";
import type { PassedSettings } from "#server/protocol/passed-fields";
import type { PromptReference } from "#server/protocol/prompts";
import type { CreateResponseRequest, ReasoningOptions, TextFormat, Verbosity } from "#server/protocol/request";
import type { RequestTool, ToolChoice } from "#server/protocol/tools";
import { isVendorTool, withoutCredentials } from "#server/protocol/vendor-tools";

export type ResponseStatus = "queued" | "in_progress" | "completed" | "incomplete" | "failed" | "cancelled";
export type IncompleteReason = "max_output_tokens" | "content_filter";

/** Tokens of a whole response, over all its model calls. `input_tokens` includes the cached ones. */
export interface Usage {
  input_tokens: number;
  input_tokens_details: { cached_tokens: number; cache_write_tokens: number };
  output_tokens: number;
  output_tokens_details: { reasoning_tokens: number };
  total_tokens: number;
}

/** A response in its neutral form: every key always present, every value the one in force. Times are epoch seconds. */
export interface ResponseResource {
  id: string;
  object: "response";
  created_at: number;
  completed_at: number | null;
  status: ResponseStatus;
  background: boolean;
  error: { code: string; message: string } | null;
  frequency_penalty: number;
  incomplete_details: { reason: IncompleteReason } | null;
  instructions: string | null;
  max_output_tokens: number | null;
  max_tool_calls: number | null;
  model: string;
  output: OutputItem[];
  parallel_tool_calls: boolean;
  presence_penalty: number;
  previous_response_id: string | null;
  prompt_cache_key: string | null;
  reasoning: ReasoningOptions & { mode?: string; context?: string | null };
  safety_identifier: string | null;
  service_tier: string;
  store: boolean;
  temperature: number;
  text: { format: TextFormat; verbosity: Verbosity };
  tool_choice: ToolChoice;
  tools: RequestTool[];
  top_logprobs: number;
  top_p: number;
  truncation: "auto" | "disabled";
  usage: Usage | null;
  metadata: Record<string, string>;
  /** Present only when the request named them, or the vendor spoke of them. */
  user?: string | null;
  prompt_cache_retention?: string | null;
  prompt_cache_options?: { ttl: string; mode: string };
  /** Present only when the vendor spoke of it. */
  moderation?: Moderation | null;
  billing?: Record<string, unknown>;
  /** Present only when the request named them. */
  conversation?: { id: string };
  prompt?: PromptReference;
}

export interface OpenResponseInput {
  id: string;
  /** Seconds since the epoch. */
  createdAt: number;
  /** The model's name as the caller sees it. */
  model: string;
  request: CreateResponseRequest;
  /** `queued` for a background run that has not begun. */
  status?: "queued" | "in_progress";
}

/** The response as it stands before the model has said anything: what was asked, with the defaults in force. */
export function openResponse({ id, createdAt, model, request, status }: OpenResponseInput): ResponseResource {
  return {
    id,
    object: "response",
    created_at: createdAt,
    completed_at: null,
    status: status ?? "in_progress",
    background: request.background,
    error: null,
    frequency_penalty: request.frequencyPenalty ?? 0,
    incomplete_details: null,
    instructions: request.instructions,
    max_output_tokens: request.maxOutputTokens,
    max_tool_calls: request.maxToolCalls,
    model,
    output: [],
    parallel_tool_calls: request.parallelToolCalls,
    presence_penalty: request.presencePenalty ?? 0,
    previous_response_id: request.previousResponseId,
    prompt_cache_key: request.promptCacheKey,
    reasoning: { ...(request.reasoning ?? { effort: null, summary: null }), ...request.passed.reasoning },
    safety_identifier: request.safetyIdentifier,
    service_tier: request.serviceTier === null || request.serviceTier === "auto" ? "default" : request.serviceTier,
    store: request.store,
    temperature: request.temperature ?? 1,
    text: { format: request.text.format, verbosity: request.text.verbosity ?? "medium" },
    tool_choice: request.toolChoice,
    tools: request.tools.map((tool) => (isVendorTool(tool) ? withoutCredentials(tool) : tool)),
    top_logprobs: request.topLogprobs ?? 0,
    top_p: request.topP ?? 1,
    truncation: request.truncation,
    usage: null,
    metadata: request.metadata,
    ...(request.user === null ? {} : { user: request.user }),
    ...cacheSettings(request.passed),
    ...(request.conversation === null ? {} : { conversation: { id: request.conversation } }),
    ...(request.prompt === null ? {} : { prompt: request.prompt }),
  };
}

/** What OpenAI takes where a request says nothing. */
const DEFAULT_CACHE_OPTIONS = { ttl: "30m", mode: "implicit" };

/** What was asked of the provider's cache; an option that was left out is OpenAI's default. */
function cacheSettings({ prompt_cache_retention: retention, prompt_cache_options: options }: PassedSettings) {
  return {
    ...(retention === undefined ? {} : { prompt_cache_retention: retention }),
    ...(options === undefined ? {} : { prompt_cache_options: { ...DEFAULT_CACHE_OPTIONS, ...options } }),
  };
}

/** The text of all messages of a response, as SDKs compute `output_text`. */
export function outputTextOf(output: readonly OutputItem[]): string {
  const texts: string[] = [];
  for (const item of output) {
    if (item.type !== "message") continue;
    for (const part of item.content) if (part.type === "output_text") texts.push(part.text);
  }
  return texts.join("");
}
