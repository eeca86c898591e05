/** What a run records of itself. The engine and the services know only this; the writer is behind it. */

export type SpanKind = "gateway" | "model" | "tool" | "retrieval" | "storage";

export interface SpanStart {
  name: string;
  kind: SpanKind;
  /** The parent span's id; the root's when absent. */
  parentId?: string;
  /** When it began, as `performance.now()`: for work that was done before the trace existed. Now, when absent. */
  startedAt?: number;
  /** Small facts, always kept: counts, ids, model names, durations. */
  attributes?: Record<string, unknown>;
}

export interface SpanEnd {
  status: "ok" | "error" | "cancelled";
  /** Code and message of what went wrong; content-free. */
  error?: { code: string; message: string };
}

export interface Span {
  readonly id: string;
  set(attributes: Record<string, unknown>): void;
  /** Content: messages, arguments, chunk texts. Dropped when the run keeps no content. */
  content(values: Record<string, unknown>): void;
  /** Marks the moment of the first token. Later calls change nothing. */
  firstToken(): void;
  /** Ends the span. Later calls change nothing. */
  end(result?: SpanEnd): void;
}

export interface TraceRecorder {
  /** 32 hex digits; equal to the answer's x-request-id. */
  readonly traceId: string;
  startSpan(start: SpanStart): Span;
  /** Facts of the whole request: model, tokens, cost, response id, key, status. */
  set(facts: Partial<TraceFacts>): void;
  /** Adds to the cost of the request what its model's tokens do not cover, in US dollars; null where no price is known. */
  charge(costUsd: number | null): void;
  /**
   * Content of the whole request, by name: `request` (its body), `input` (items the model saw), `output` (items),
   * `response` (the response object without output). Objects are read when written, up to 2 s later: do not change them.
   */
  content(values: Record<string, unknown>): void;
  /** Notes that a stream event of this type was sent now. Types and times are no content: always kept. */
  event(type: string): void;
  /** False: `content` is dropped here and must be kept nowhere else either. */
  readonly keepsContent: boolean;
  /** From now on keep no content, and forget what was kept (`store: false`). */
  dropContent(): void;
  /** Ends the trace and hands it to the writer. Never throws, never waits. */
  end(result: SpanEnd): void;
  /** Writes nothing and takes nothing more: a job goes on with this trace under its id. */
  handOver(): void;
}

/** One compact row per trace: what lists and filters need. Set `costUsd: null` where tokens have no known price. */
export interface TraceFacts {
  name: string;
  responseId: string;
  requestedModel: string;
  servedModel: string;
  provider: string;
  apiKeyId: string;
  userId: string;
  httpStatus: number;
  inputTokens: number;
  cachedTokens: number;
  outputTokens: number;
  reasoningTokens: number;
  /** US dollars; null when no price is known. */
  costUsd: number | null;
  timeToFirstTokenMs: number;
  toolNames: string[];
  conversationId: string;
  vectorStoreIds: string[];
  inputPreview: string;
  outputPreview: string;
}

/** The same trace, for work done on behalf of one of its spans: what begins there stands under `parentId`. */
export function traceUnder(trace: TraceRecorder, parentId: string): TraceRecorder {
  return {
    traceId: trace.traceId,
    get keepsContent() {
      return trace.keepsContent;
    },
    startSpan: (start) => trace.startSpan({ parentId, ...start }),
    set: (facts) => trace.set(facts),
    charge: (costUsd) => trace.charge(costUsd),
    content: (values) => trace.content(values),
    event: (type) => trace.event(type),
    dropContent: () => trace.dropContent(),
    end: (result) => trace.end(result),
    handOver: () => trace.handOver(),
  };
}

/** A recorder that keeps nothing: for jobs and tests that need no trace. */
export const silentTrace: TraceRecorder = {
  traceId: "0".repeat(32),
  keepsContent: false,
  startSpan: () => ({ id: "0".repeat(16), set() {}, content() {}, firstToken() {}, end() {} }),
  set() {},
  charge() {},
  content() {},
  event() {},
  dropContent() {},
  end() {},
  handOver() {},
};
