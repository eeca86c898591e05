import { clock } from "#server/clock";
import { newTraceId } from "#server/ids";
import type { Span, SpanEnd, SpanKind, SpanStart, TraceFacts, TraceRecorder } from "#server/tracing/span";
import type {
  EventRun,
  LiveTrace,
  SpanRecord,
  TraceRecord,
  TraceSink,
  TraceStatus,
} from "#server/tracing/trace-record";
import { traceSink } from "#server/tracing/writer";

/** Spans kept of one trace; later ones are counted in the root span as `spansDropped`. */
const MAX_SPANS = 2_000;
/** Runs of equal event types kept of one trace. */
const MAX_EVENT_RUNS = 1_000;
const MAX_ATTRIBUTES = 64;
const TRACE_ID = /^[0-9a-f]{32}$/;

export interface TraceStart {
  /** 32 hex digits that begin with the time, from `newTraceId()`; made here when absent. */
  traceId?: string;
  teamId: string;
  /** What the list shows, e.g. `POST /v1/responses`. */
  name: string;
  apiKeyId?: string;
  userId?: string;
  keepsContent: boolean;
  /** When the request came in, as `performance.now()`; now, when absent. */
  startedAt?: number;
  /** Facts of the root span. */
  attributes?: Record<string, unknown>;
}

/**
 * Begins the trace of one request or job and its root span (kind "gateway"). Everything recorded stays in memory until
 * `end`, which hands it to the writer; a run that lasts is shown as running meanwhile.
 */
export function startTrace(start: TraceStart, sink: TraceSink = traceSink()): TraceRecorder {
  const recorder = new Recorder(start, sink);
  sink.began(recorder);
  return recorder;
}

class Recorder implements TraceRecorder, LiveTrace {
  readonly traceId: string;
  readonly startedAt: number;
  readonly origin: number;
  keepsContent: boolean;
  readonly #teamId: string;
  readonly #sink: TraceSink;
  readonly #facts: Partial<TraceFacts>;
  readonly #spans: RecordedSpan[] = [];
  readonly #events: EventRun[] = [];
  readonly #root: RecordedSpan;
  #content: Record<string, unknown> | null = null;
  /** Beside the tokens of its model, as `charge` takes it; undefined: nothing. */
  #charged: number | null | undefined;
  #droppedSpans = 0;
  #spanCount = 0;
  #ended = false;

  constructor(start: TraceStart, sink: TraceSink) {
    const now = performance.now();
    this.origin = start.startedAt ?? now;
    this.startedAt = clock().now() - (now - this.origin);
    this.traceId = start.traceId !== undefined && TRACE_ID.test(start.traceId) ? start.traceId : newTraceId();
    this.keepsContent = start.keepsContent;
    this.#teamId = start.teamId;
    this.#sink = sink;
    this.#facts = { name: start.name };
    if (start.apiKeyId) this.#facts.apiKeyId = start.apiKeyId;
    if (start.userId) this.#facts.userId = start.userId;
    const root = { name: start.name, kind: "gateway", startedAt: this.origin, attributes: start.attributes } as const;
    this.#root = new RecordedSpan(this, root, null);
    this.#spans.push(this.#root);
  }

  startSpan(start: SpanStart): Span {
    const span = new RecordedSpan(this, start, start.parentId ?? this.#root.id);
    if (this.#ended) return span;
    if (this.#spans.length < MAX_SPANS) this.#spans.push(span);
    else this.#droppedSpans += 1;
    return span;
  }

  set(facts: Partial<TraceFacts>): void {
    if (!this.#ended) Object.assign(this.#facts, facts);
  }

  charge(costUsd: number | null): void {
    if (!this.#ended) this.#charged = sumOfCosts(this.#charged, costUsd);
  }

  content(values: Record<string, unknown>): void {
    if (!this.keepsContent || this.#ended) return;
    this.#content = Object.assign(this.#content ?? {}, values);
  }

  event(type: string): void {
    if (this.#ended) return;
    const atMs = performance.now() - this.origin;
    const last = this.#events.at(-1);
    if (last?.type === type) {
      last.count += 1;
      last.lastMs = atMs;
    } else if (this.#events.length < MAX_EVENT_RUNS) {
      this.#events.push({ type, count: 1, firstMs: atMs, lastMs: atMs });
    }
  }

  dropContent(): void {
    this.keepsContent = false;
    this.#content = null;
    for (const span of this.#spans) span.forgetContent();
  }

  end(result: SpanEnd): void {
    if (this.#ended) return;
    for (const span of this.#spans) {
      if (span !== this.#root) span.end({ status: result.status === "ok" ? "ok" : "cancelled" });
    }
    if (this.#droppedSpans > 0) this.#root.set({ spansDropped: this.#droppedSpans });
    this.#root.end(result);
    this.#ended = true;
    const root = this.#root.record();
    const record = this.#record(result.status, root.durationMs);
    record.errorCode = root.errorCode;
    record.errorMessage = root.errorMessage;
    this.#sink.ended(this, record);
  }

  handOver(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#sink.left(this);
  }

  /** 16 hex digits, unique in the trace: the end of its id and a count. Costs no random bytes. */
  nextSpanId(): string {
    this.#spanCount += 1;
    return this.traceId.slice(24) + this.#spanCount.toString(16).padStart(8, "0");
  }

  snapshot(): TraceRecord {
    return this.#record("running", null);
  }

  #record(status: TraceStatus, durationMs: number | null): TraceRecord {
    const facts = { ...this.#facts };
    if (this.#charged !== undefined) facts.costUsd = sumOfCosts(facts.costUsd, this.#charged);
    facts.timeToFirstTokenMs ??= this.#firstToken();
    if (!this.keepsContent) {
      delete facts.inputPreview;
      delete facts.outputPreview;
    }
    return {
      teamId: this.#teamId,
      id: this.traceId,
      status,
      errorCode: null,
      errorMessage: null,
      facts,
      startedAt: this.startedAt,
      durationMs,
      keepsContent: this.keepsContent,
      spans: durationMs === null ? [] : this.#spans.map((span) => span.record()),
      content: durationMs === null ? null : this.#content,
      events: durationMs === null ? [] : this.#events,
    };
  }

  #firstToken(): number | undefined {
    for (const span of this.#spans) {
      const atMs = span.firstTokenOffset();
      if (atMs !== null) return atMs;
    }
    return undefined;
  }
}

/** Of costs of which one is not known there is no sum. */
function sumOfCosts(sum: number | null | undefined, cost: number | null): number | null {
  return sum === null || cost === null ? null : (sum ?? 0) + cost;
}

class RecordedSpan implements Span {
  readonly id: string;
  readonly #trace: Recorder;
  readonly #name: string;
  readonly #kind: SpanKind;
  readonly #parentId: string | null;
  readonly #startedAt: number;
  readonly #attributes: Record<string, unknown>;
  #content: Record<string, unknown> | null = null;
  #firstTokenAt: number | null = null;
  #endedAt: number | null = null;
  #result: SpanEnd = { status: "ok" };

  constructor(trace: Recorder, start: SpanStart, parentId: string | null) {
    this.#trace = trace;
    this.id = trace.nextSpanId();
    this.#name = start.name;
    this.#kind = start.kind;
    this.#parentId = parentId;
    this.#startedAt = start.startedAt ?? performance.now();
    this.#attributes = { ...start.attributes };
  }

  set(attributes: Record<string, unknown>): void {
    if (this.#endedAt !== null) return;
    const known = this.#attributes;
    let room = MAX_ATTRIBUTES - Object.keys(known).length;
    for (const key in attributes) {
      if (!Object.hasOwn(known, key)) {
        if (room <= 0) continue;
        room -= 1;
      }
      known[key] = attributes[key];
    }
  }

  content(values: Record<string, unknown>): void {
    if (!this.#trace.keepsContent || this.#endedAt !== null) return;
    this.#content = Object.assign(this.#content ?? {}, values);
  }

  firstToken(): void {
    this.#firstTokenAt ??= performance.now();
  }

  end(result: SpanEnd = { status: "ok" }): void {
    if (this.#endedAt !== null) return;
    this.#endedAt = performance.now();
    this.#result = result;
  }

  forgetContent(): void {
    this.#content = null;
  }

  firstTokenOffset(): number | null {
    return this.#firstTokenAt === null ? null : this.#firstTokenAt - this.#trace.origin;
  }

  record(): SpanRecord {
    const { status, error } = this.#result;
    return {
      id: this.id,
      parentId: this.#parentId,
      name: this.#name,
      kind: this.#kind,
      status,
      errorCode: error?.code ?? null,
      // A vendor's error text may quote the prompt, so it goes where content goes.
      errorMessage: this.#trace.keepsContent ? (error?.message ?? null) : null,
      offsetMs: this.#startedAt - this.#trace.origin,
      durationMs: (this.#endedAt ?? performance.now()) - this.#startedAt,
      firstTokenMs: this.firstTokenOffset(),
      attributes: this.#attributes,
      content: this.#content,
    };
  }
}
