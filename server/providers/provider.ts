/**
 * What a model vendor must offer, and the only vocabulary the engine shares with it.
 * Model events carry no ids, no indexes and no numbers: those are the response builder's.
 */

export type ModelContent =
  | { type: "text"; text: string }
  /** `url` is a data URL or an https URL. */
  | { type: "image"; url: string; detail: "auto" | "low" | "high" }
  /** `data` is base64. */
  | { type: "file"; data: string; mediaType: string; filename: string }
  /** `data` is base64. */
  | { type: "audio"; data: string; format: "wav" | "mp3" };

export type ModelInput =
  /** `name` tells several speakers of one role apart. */
  | { type: "message"; role: "system" | "developer" | "user" | "assistant"; content: ModelContent[]; name?: string }
  | { type: "reasoning"; text: string; summary: string[]; encryptedContent: string | null }
  | { type: "tool_call"; callId: string; name: string; arguments: string }
  | { type: "tool_result"; callId: string; name: string; output: ModelContent[]; isError: boolean };

export interface ModelTool {
  name: string;
  description: string | null;
  /** JSON Schema of the arguments. */
  parameters: Record<string, unknown>;
  strict: boolean;
  /** The kind of hosted tool behind the function, or null for a client's own. */
  hosted: string | null;
}

export type ModelToolChoice =
  | { type: "auto" | "none" | "required" }
  | { type: "tool"; name: string }
  | { type: "allowed"; names: string[]; mode: "auto" | "required" };

export type ModelTextFormat =
  | { type: "text" }
  | { type: "json_object" }
  | { type: "json_schema"; name: string; description: string | null; schema: Record<string, unknown>; strict: boolean };

/** One attempt at the vendor's server, for the trace and for retries. */
export interface ModelAttempt {
  attempt: number;
  /** Which of an alias's targets was asked, as `connection/model`; absent where there is only one. */
  target?: string;
  startedAt: number;
  durationMs: number;
  status: number | null;
  /** The vendor's own words, redacted; null when the attempt succeeded. */
  error: string | null;
}

export interface ModelRequest {
  input: ModelInput[];
  instructions: string | null;
  tools: ModelTool[];
  toolChoice: ModelToolChoice;
  parallelToolCalls: boolean;
  format: ModelTextFormat;
  verbosity: "low" | "medium" | "high" | null;
  /** null everywhere below: the caller did not say, the vendor's default holds. */
  maxOutputTokens: number | null;
  temperature: number | null;
  topP: number | null;
  presencePenalty: number | null;
  frequencyPenalty: number | null;
  topLogprobs: number | null;
  /** The answer ends before any of these texts, and none of them is said. */
  stop: string[] | null;
  seed: number | null;
  /** By token id of the vendor's own tokenizer, -100 to 100. */
  logitBias: Record<string, number> | null;
  reasoning: { effort: string | null; summary: string | null } | null;
  serviceTier: string | null;
  promptCacheKey: string | null;
  safetyIdentifier: string | null;
  /** Stops the call, also while the vendor is silent. */
  signal: AbortSignal;
  onAttempt?: (attempt: ModelAttempt) => void;
  /** Tries at the vendor's server, at most; PROVIDER_MAX_ATTEMPTS when absent. */
  maxAttempts?: number;
  /** The span of this call, for a model that records spans of its own beneath it. */
  spanId?: string;
}

export interface TokenLogprob {
  token: string;
  logprob: number;
  bytes: number[];
  top_logprobs: { token: string; logprob: number; bytes: number[] }[];
}

/** Tokens of one model call. `inputTokens` includes the cached ones. */
export interface ModelUsage {
  inputTokens: number;
  cachedTokens: number;
  outputTokens: number;
  reasoningTokens: number;
}

export type FinishReason = "stop" | "tool_calls" | "max_output_tokens" | "content_filter";

export type ModelEvent =
  | { type: "text"; text: string; logprobs?: TokenLogprob[] }
  | { type: "refusal"; text: string }
  /** Raw reasoning. */
  | { type: "reasoning"; text: string }
  /** Reasoning that may be shown to users. `part` starts a new summary part when it differs from the last. */
  | { type: "reasoning_summary"; text: string; part: number }
  | { type: "reasoning_encrypted"; encryptedContent: string }
  | { type: "tool_call"; callId: string; name: string }
  | { type: "tool_call_arguments"; callId: string; delta: string }
  /** The call is whole. One that was cut off (`max_output_tokens`) gets none. */
  | { type: "tool_call_done"; callId: string }
  | { type: "usage"; usage: ModelUsage }
  /** Who answers. `provider`, the connection's name, where it was chosen among several. */
  | { type: "model"; modelId: string; provider?: string }
  | { type: "finish"; reason: FinishReason };

/**
 * A language model. `stream` yields one array per upstream read.
 * Throws AppError `provider_error`, `provider_auth_error`, `provider_timeout`, `context_length_exceeded` or
 * `model_not_found`, with the provider, the status and the redacted body in its detail; the signal's reason on abort.
 */
export interface LanguageModel {
  readonly modelId: string;
  stream(request: ModelRequest): AsyncIterable<ModelEvent[]>;
}

/** An embedding model: one vector of `dimensions` numbers per text, in the order of the texts. */
export interface EmbeddingModel {
  readonly modelId: string;
  readonly dimensions: number;
  /** True when it only counts words: shown as "lexical" wherever it is named. */
  readonly lexical?: boolean;
  embed(texts: string[], options: EmbedOptions): Promise<number[][]>;
}

export interface EmbedOptions {
  signal: AbortSignal;
  kind: "query" | "document";
  /** Told of the tokens of each call, by vendors that count them. */
  onUsage?: (tokens: number) => void;
}

export interface ModelInfo {
  id: string;
  ownedBy: string;
  /** Seconds since the epoch; 0 when the vendor does not say. */
  created: number;
  kind: "language" | "embedding" | "unknown";
  contextWindow?: number;
  maxOutputTokens?: number;
  modalities?: ModelModalities;
  /** What the model is, where its name could mislead. */
  description?: string;
}

/** What a model takes and gives: `text`, `image`, `audio`, `file`, … */
export interface ModelModalities {
  input: readonly string[];
  output: readonly string[];
}

export interface Provider {
  languageModel(id: string): LanguageModel;
  /**
   * `dimensions` is known for stored models; when absent the adapter finds it with a first call. `reduceTo` asks the
   * vendor for shorter vectors than the model's own.
   */
  embeddingModel?(id: string, options?: { dimensions?: number; reduceTo?: number }): EmbeddingModel;
  listModels?(signal: AbortSignal): Promise<ModelInfo[]>;
}

/** A team's way to a vendor, with its secret already decrypted. Never logged, never stored. */
export interface Connection {
  id: string;
  /** The name before the slash in `connection/model`. */
  name: string;
  /** A key of the provider registry: `openai-compatible`, `anthropic`, `google`, `builtin`. */
  kind: string;
  baseUrl: string | null;
  apiKey: string | null;
  /** Model ids that this connection is known to serve. */
  models: string[];
  /** True when the URL came from the operator's environment and needs no outbound guard. */
  trusted: boolean;
  /** True when an owner may have named this very machine; counts only while HOST is loopback. */
  allowLoopback?: boolean;
}
