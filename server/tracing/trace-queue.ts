import { sizeOf } from "#server/tracing/content";
import type { TraceRecord } from "#server/tracing/trace-record";

export interface QueueLimits {
  maxTraces: number;
  maxBytes: number;
}

interface Entry {
  record: TraceRecord;
  bytes: number;
}

/**
 * Finished traces that wait for the database, oldest first. It never grows beyond its limits: what is over the bytes
 * loses its content, what is over the count is not taken.
 */
export class TraceQueue {
  #entries: Entry[] = [];
  #bytes = 0;
  readonly #limits: () => QueueLimits;

  constructor(limits: () => QueueLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#entries.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Takes a trace. Says what was lost, if anything. */
  push(record: TraceRecord): "kept" | "content_dropped" | "dropped" {
    const limits = this.#limits();
    if (this.#entries.length >= limits.maxTraces) return "dropped";
    const bytes = weightOf(record);
    if (this.#bytes + bytes <= limits.maxBytes) {
      this.#add(record, bytes);
      return "kept";
    }
    const compact = withoutContent(record);
    const compactBytes = weightOf(compact);
    if (this.#bytes + compactBytes > limits.maxBytes) return "dropped";
    this.#add(compact, compactBytes);
    return "content_dropped";
  }

  /** The oldest traces, up to both bounds, at least one while there is any. They stay until `removeFirst`. */
  peek(maxTraces: number, maxBytes: number): TraceRecord[] {
    const batch: TraceRecord[] = [];
    let bytes = 0;
    for (const entry of this.#entries) {
      if (batch.length >= maxTraces || (batch.length > 0 && bytes + entry.bytes > maxBytes)) break;
      batch.push(entry.record);
      bytes += entry.bytes;
    }
    return batch;
  }

  removeFirst(count: number): void {
    for (const entry of this.#entries.splice(0, count)) this.#bytes -= entry.bytes;
  }

  #add(record: TraceRecord, bytes: number): void {
    this.#entries.push({ record, bytes });
    this.#bytes += bytes;
  }
}

/** Memory of a record, about, in bytes: attributes are bounded and counted flat, content is measured. */
function weightOf(record: TraceRecord): number {
  let bytes = 1_000 + record.events.length * 64 + (record.content ? sizeOf(record.content) : 0);
  for (const span of record.spans) bytes += 500 + (span.content ? sizeOf(span.content) : 0);
  return bytes;
}

function withoutContent(record: TraceRecord): TraceRecord {
  return { ...record, content: null, spans: record.spans.map((span) => ({ ...span, content: null })) };
}
