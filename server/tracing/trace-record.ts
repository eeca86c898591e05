import type { SpanKind, TraceFacts } from "#server/tracing/span";

export type TraceStatus = "running" | "ok" | "error" | "cancelled" | "lost";

/** One span as the recorder leaves it. Offsets and durations are milliseconds, offsets from the trace's start. */
export interface SpanRecord {
  id: string;
  parentId: string | null;
  name: string;
  kind: SpanKind;
  status: "ok" | "error" | "cancelled";
  errorCode: string | null;
  errorMessage: string | null;
  offsetMs: number;
  durationMs: number;
  firstTokenMs: number | null;
  attributes: Record<string, unknown>;
  content: Record<string, unknown> | null;
}

/** Equal event types in a row, told once: how many, and when the first and the last were sent. */
export interface EventRun {
  type: string;
  count: number;
  /** Milliseconds after the trace's start. */
  firstMs: number;
  lastMs: number;
}

/** One trace as the recorder hands it to the writer. */
export interface TraceRecord {
  teamId: string;
  id: string;
  status: TraceStatus;
  errorCode: string | null;
  errorMessage: string | null;
  facts: Partial<TraceFacts>;
  /** Milliseconds since the epoch. */
  startedAt: number;
  /** Milliseconds; null while it runs. */
  durationMs: number | null;
  keepsContent: boolean;
  spans: SpanRecord[];
  content: Record<string, unknown> | null;
  events: EventRun[];
}

/** Where the recorder reports to. The writer is one; tests have another. */
export interface TraceSink {
  /** A run began. `snapshot` gives its compact row as it stands; the sink forgets the run at `ended`. */
  began(run: LiveTrace): void;
  ended(run: LiveTrace, record: TraceRecord): void;
  /** Another process goes on with the run: it is forgotten here. */
  left(run: LiveTrace): void;
}

export interface LiveTrace {
  readonly traceId: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  snapshot(): TraceRecord;
}
