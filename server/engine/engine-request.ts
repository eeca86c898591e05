import type { SealReasoning } from "#server/engine/builder/builder-options";
import type { Replay } from "#server/engine/builder/replay";
import type { AppError } from "#server/errors";
import type { CompactionItem } from "#server/protocol/compaction";
import type { OutputItem } from "#server/protocol/items";
import type { Include } from "#server/protocol/request";
import type { ResponseResource } from "#server/protocol/response";
import type { RequestTool, ToolChoice } from "#server/protocol/tools";
import type { LanguageModel, ModelInput, ModelRequest, ModelUsage } from "#server/providers/provider";
import type { ClientCallForm, Tool } from "#server/tools/tool";
import type { TraceRecorder } from "#server/tracing/span";

/** Everything that {@link runResponse} needs to know of one request. */
export interface EngineRequest {
  /** Compacts the context before the first call: what comes of it replaces `input`. */
  compaction?: PlannedCompaction | null;
  /** Items that the output begins with: the tools of the MCP servers that are asked here. */
  lists?: readonly OutputItem[];
  /** Calls of earlier responses, which run before the model is asked. */
  approved?: readonly ApprovedCall[];
  /** The response as it stands at the start (`openResponse`): its ids, tools, tool choice and limits are in force. */
  response: ResponseResource;
  /** What the model sees before its first word: history, then this request's input (`toModelInput`). */
  input: ModelInput[];
  /** Sampling settings exactly as the caller gave them; null where it said nothing. */
  settings: ModelSettings;
  include: readonly Include[];
  /**
   * The tools as the caller gave them: those of the response are without the credentials they carry. MCP servers that
   * are asked here are not among them: their tools are hosted.
   */
  tools: readonly RequestTool[];
  /** The choice among `tools`, where it is not the response's own. */
  toolChoice?: ToolChoice;
  /** Functions among `tools` that stand for tools of another kind which the client runs, by name. */
  clientForms?: ReadonlyMap<string, ClientCallForm>;
}

/** A call of an earlier response that the client has approved. */
export interface ApprovedCall {
  /** Id of the item that asked for approval. */
  requestId: string;
  /** The id under which `input` holds the call, with a result in place of the real one. */
  callId: string;
  /** The hosted tool's name. */
  name: string;
  /** JSON text. */
  arguments: string;
}

/** A context that is to be compacted. */
export interface PlannedCompaction {
  /** True: the response is the compaction; the model is not asked for more. */
  endsResponse: boolean;
  /** What the model summarises. */
  transcript: string;
  /** The item that carries the summary on, and what the model reads in place of the whole context. */
  finish(summary: string): { item: CompactionItem; input: ModelInput[] };
}

export type ModelSettings = Pick<
  ModelRequest,
  | "verbosity"
  | "maxOutputTokens"
  | "temperature"
  | "topP"
  | "presencePenalty"
  | "frequencyPenalty"
  | "topLogprobs"
  | "stop"
  | "seed"
  | "logitBias"
  | "reasoning"
  | "serviceTier"
  | "passed"
>;

export interface RunOptions {
  model: LanguageModel;
  request: EngineRequest;
  /** Hosted tools by the name under which the model knows them: one for every hosted tool of `response.tools`. */
  tools: ReadonlyMap<string, Tool>;
  trace: TraceRecorder;
  /** The span under which the run's own spans stand; the root when absent. */
  parentSpanId?: string;
  /** The connection's name, for the trace. */
  provider: string;
  /** US dollars of one call's tokens, for its span; null when they have no known price. */
  price?: (usage: ModelUsage) => number | null;
  /**
   * Stops the run, its model call and its tools. An AppError as its reason, other than `cancelled`, fails the response
   * with that error; any other reason ends it with status `cancelled`.
   */
  signal: AbortSignal;
  /** Awaited before each hosted tool call runs; a throw answers the model that the tool failed. */
  beforeTool?: () => Promise<void>;
  /** Given, when the run begins, the way to ask what has been said so far. */
  onStart?: (replay: () => Replay) => void;
  /** Makes reasoning that the vendor wants back unreadable for the client that carries it. */
  sealReasoning: SealReasoning;
  /** Told of the error that fails the response, before its last events: for the log and the HTTP status. */
  onFailure?: (error: AppError) => void;
  limits?: Partial<RunLimits>;
}

export interface RunLimits {
  /** Model calls in one response, at most. */
  maxTurns: number;
  /** Hosted calls of one turn that run at the same time. */
  toolConcurrency: number;
}
