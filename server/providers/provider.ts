import type { AppError } from "#server/errors";
import type { CallLabels, OutputLabels } from "#server/protocol/call-labels";
import type { Annotation, Logprob } from "#server/protocol/content";
import type { InForce } from "#server/protocol/in-force";
import type { FileSearchCallItem, MessagePhase } from "#server/protocol/items";
import type { PassedSettings } from "#server/protocol/passed-fields";
import type { CustomFormat, PassedOfTool } from "#server/protocol/tools";
import type { PassedEventType, PassedItemType, VendorItem } from "#server/protocol/vendor-items";
import type { VendorTool, VendorToolRef } from "#server/protocol/vendor-tools";
import type { ImageModel } from "#server/providers/image";
import type { RerankModel } from "#server/providers/rerank";

/**
 * What a model vendor must offer, and the only vocabulary the engine shares with it.
 * Model events carry no ids, no indexes and no numbers: those are the response builder's.
 */

/** `endsPrefix`: what comes before and this are a prefix that the vendor's cache is to keep, where it can be told so. */
export type ModelContent =
  | { type: "text"; text: string; endsPrefix?: true }
  /** `url` is a data URL. */
  | { type: "image"; url: string; detail: "auto" | "low" | "high"; endsPrefix?: true }
  /** `data` is base64. */
  | { type: "audio"; data: string; format: "wav" | "mp3" };

export type ModelInput =
  /** `name` tells several speakers of one role apart. */
  | {
      type: "message";
      role: "system" | "developer" | "user" | "assistant";
      content: ModelContent[];
      name?: string;
      phase?: MessagePhase;
    }
  /** `encryptedContent` is what an adapter once gave in `reasoning_encrypted`; it knows its own. */
  | { type: "reasoning"; text: string; summary: string[]; encryptedContent: string | null }
  /**
   * `input` is what a custom tool was called with; `arguments` then holds the same as JSON. `labels`, here and below:
   * what servers of the Responses API alone say of a call and want back.
   */
  | { type: "tool_call"; callId: string; name: string; arguments: string; input?: string; labels?: CallLabels }
  | {
      type: "tool_result";
      callId: string;
      name: string;
      output: ModelContent[];
      isError: boolean;
      custom?: true;
      labels?: OutputLabels;
    }
  /** An item of a tool that a vendor ran. Only vendors that run tools can read it. */
  | { type: "vendor_item"; item: VendorItem | (FileSearchCallItem & Pick<VendorItem, "upstream">) };

export interface ModelTool {
  name: string;
  description: string | null;
  /** JSON Schema of the arguments. */
  parameters: Record<string, unknown>;
  strict: boolean;
  /** The kind of hosted tool behind the function, or null for a client's own. */
  hosted: string | null;
  /**
   * Of a custom tool, which takes text: what the text must look like. Vendors without such tools see a function of one
   * string, `input`.
   */
  custom?: CustomFormat;
  /** What only servers of the Responses API are told of it, as the caller gave it. */
  passed?: Readonly<PassedOfTool>;
}

/** Tools that the vendor runs itself, and what the caller asked to see of them. */
export interface ModelVendorTools {
  /** As the request defines them, in its order. */
  tools: readonly VendorTool[];
  /** Values of `include` that are the vendor's to act on. */
  include: readonly string[];
  maxCalls: number | null;
}

export type ModelToolChoice =
  | { type: "auto" | "none" | "required" }
  | { type: "tool"; name: string }
  | { type: "vendor_tool"; ref: VendorToolRef }
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
  /** One of the server's own tasks, which models that follow instructions need not be told. */
  task?: "summary" | "search_queries" | "rank" | "search_step";
  input: ModelInput[];
  instructions: string | null;
  tools: ModelTool[];
  /** Only for models that run tools; absent when there are none. */
  vendorTools?: ModelVendorTools;
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
  /** Fields of OpenAI's wires alone, as the caller gave them. */
  passed?: Readonly<PassedSettings>;
  /** Stops the call, also while the vendor is silent. */
  signal: AbortSignal;
  onAttempt?: (attempt: ModelAttempt) => void;
  /** Tries at the vendor's server, at most; PROVIDER_MAX_ATTEMPTS when absent. */
  maxAttempts?: number;
  /** Told of what the adapter had to leave out or change of the request, before anything is said. */
  onWarning?: (warning: ModelWarning) => void;
  /** The span of this call, for a model that records spans of its own beneath it. */
  spanId?: string;
}

/** What is asked of a model, without how the call is made. */
export type ModelQuestion = Omit<
  ModelRequest,
  "task" | "signal" | "onAttempt" | "onWarning" | "maxAttempts" | "spanId"
>;

/** A setting that a vendor does not take as it was given. */
export interface ModelWarning {
  setting: string;
  /** Content-free: what was done instead. */
  message: string;
}

/** Tokens of one model call. `inputTokens` includes the cached ones. */
export interface ModelUsage {
  inputTokens: number;
  cachedTokens: number;
  outputTokens: number;
  reasoningTokens: number;
}

export type FinishReason = "stop" | "tool_calls" | "max_output_tokens" | "content_filter";

/** Reasoning that a vendor wants back unchanged. `sealKind`: whose it is; it is opened for that kind only. */
export interface EncryptedReasoning {
  encryptedContent: string;
  sealKind: string;
}

export type ModelEvent =
  /** The settings in force, before anything is said and again at the end. */
  | { type: "in_force"; settings: InForce }
  /**
   * A new item begins, also while another of its kind is open. Vendors whose wire knows no items leave it out: then
   * text and reasoning begin their items.
   */
  | { type: "item"; item: "message"; phase?: MessagePhase }
  | { type: "item"; item: "reasoning"; encrypted?: EncryptedReasoning }
  /** The open message's next part begins. Left out, what is said begins it. */
  | { type: "part"; part: "output_text" | "refusal" }
  | { type: "annotation"; annotation: Annotation }
  /** The open message or reasoning is whole. */
  | { type: "item_done" }
  /**
   * An item of a tool that the vendor runs. `key` tells those of one answer apart; `fields` are the item's without its
   * id. Each is added once and done once; what comes between is passed on.
   */
  | { type: "vendor_item"; key: string; item: PassedItemType; stage: "added" | "done"; fields: Record<string, unknown> }
  | { type: "vendor_event"; key: string; event: PassedEventType; fields: Record<string, unknown> }
  | { type: "text"; text: string; logprobs?: Logprob[] }
  | { type: "refusal"; text: string }
  /** Raw reasoning. */
  | { type: "reasoning"; text: string }
  /** Reasoning that may be shown to users. `part` starts a new summary part when it differs from the last. */
  | { type: "reasoning_summary"; text: string; part: number }
  | ({ type: "reasoning_encrypted" } & EncryptedReasoning)
  /** `custom`: the call of a custom tool, whose arguments are the text itself. */
  | { type: "tool_call"; callId: string; name: string; custom?: true; labels?: CallLabels }
  | { type: "tool_call_arguments"; callId: string; delta: string }
  /**
   * The call is whole. One that was cut off (`max_output_tokens`) gets none. `labels`: those that the vendor tells only
   * now.
   */
  | { type: "tool_call_done"; callId: string; labels?: CallLabels }
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
  /** True when its first event is `in_force`: the response is then opened with it. */
  readonly tellsSettings?: boolean;
  /** True when its vendor runs tools itself. Absent: it runs none. May ask the vendor once. */
  runsTools?(signal: AbortSignal): Promise<boolean>;
  /**
   * How it would refuse a request that it cannot honour: `unsupported_parameter`, naming the field. null when it takes
   * it; absent: it takes everything. May ask the vendor once, but never for an answer.
   */
  refusal?(question: ModelQuestion, signal: AbortSignal): Promise<AppError | null>;
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
  /** Whom it is for, in the caller's words: for vendors that ask. */
  user?: string;
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
export type ModelModalities = Record<"input" | "output", readonly string[]>;

export interface Provider {
  languageModel(id: string): LanguageModel;
  /**
   * `dimensions` is known for stored models; when absent the adapter finds it with a first call. `reduceTo` asks the
   * vendor for shorter vectors than the model's own.
   */
  embeddingModel?(id: string, options?: { dimensions?: number; reduceTo?: number }): EmbeddingModel;
  /** Absent where no server of the kind has such models. */
  rerankModel?(id: string): RerankModel;
  /** Absent where no server of the kind draws. */
  imageModel?(id: string): ImageModel;
  /** The one that draws where nobody names one, if it stands in no list. */
  readonly ownImageModel?: string;
  listModels?(signal: AbortSignal): Promise<ModelInfo[]>;
  /** Asks the server anew which of OpenAI's two APIs it speaks. Absent where there is no such choice. */
  findWire?(signal: AbortSignal): Promise<Exclude<Wire, "auto">>;
}

/** A team's way to a vendor, with its secret already decrypted. Never logged, never stored. */
export interface Connection {
  id: string;
  /** The name before the slash in `connection/model`. */
  name: string;
  /** A key of the provider registry: `openai-compatible`, `anthropic`, …. */
  kind: string;
  baseUrl: string | null;
  /** The key; of vendors that know longer credentials also one of those, as JSON. */
  apiKey: string | null;
  /** What a vendor must know besides and is no secret: its adapter tells what it needs. */
  settings?: Readonly<Partial<Record<PlaceName, string>>>;
  /** Model ids that this connection is known to serve. */
  models: string[];
  /** True when the URL came from the operator's environment and needs no outbound guard. */
  trusted: boolean;
  /** True when an owner may have named this very machine; counts only while HOST is loopback. */
  allowLoopback?: boolean;
  /** Which of OpenAI's two APIs a server that speaks them is asked by. Absent or `auto`: found out once. */
  wire?: Wire;
}

/** How AWS's regions, Vertex AI's locations and Google Cloud's projects are spelled: they become parts of addresses. */
export const PLACE_FORMS = {
  region: /^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/,
  location: /^[a-z]{2,}(-[a-z]+\d*)*$/,
  project: /^[a-z0-9][a-z0-9.:-]{1,62}$/,
};
export type PlaceName = keyof typeof PLACE_FORMS;

export const WIRES = ["auto", "responses", "chat"] as const;
/** `responses`: `/v1/responses`. `chat`: `/v1/chat/completions`. `auto`: found out. */
export type Wire = (typeof WIRES)[number];

/** The stored word as one that is known; `auto` for any other. */
export function toWire(word: string): Wire {
  return WIRES.find((wire) => wire === word) ?? "auto";
}
