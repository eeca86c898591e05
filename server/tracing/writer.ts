import { clock } from "#server/clock";
import { config } from "#server/config";
import { ensureTracePartitions } from "#server/db/trace-partitions";
import { markLostTraces, type TraceBatch, writeTraceBatch } from "#server/db/trace-writes";
import { LiveSet } from "#server/live-set";
import { log } from "#server/log";
import { TraceQueue } from "#server/tracing/trace-queue";
import type { LiveTrace, TraceRecord, TraceSink } from "#server/tracing/trace-record";
import { toTraceBatch } from "#server/tracing/trace-rows";

/** Traces of one statement: soon full, so that they are gone before the collector has moved them to the old generation. */
const BATCH_TRACES = 64;
/** Memory of the traces of one statement: keeps it short on the embedded database. */
const BATCH_BYTES = 2 * 1024 * 1024;
const BACKOFF_MS = { first: 250, most: 10_000 };
/** A running row says this often that it still runs; after three silences it is swept. */
const HEARTBEAT_MS = 10_000;
const SILENCE_MS = 3 * HEARTBEAT_MS;
const COMPLAIN_EVERY_MS = 5_000;
/** SQLSTATE classes of rows that the database refuses whenever they are sent. */
const REFUSED = /^(22|23|54)/;
/** SQLSTATE "invalid JSON text". */
const NOT_JSON = "22032";

export interface TraceWriterState {
  /** Finished traces that wait. */
  queued: number;
  queuedBytes: number;
  running: number;
  written: number;
  /** Traces lost: the queue was full, or the database refused the row. */
  dropped: number;
  /** Traces that lost their content because the queue was short of memory. */
  contentDropped: number;
  /** Tries that failed since the last success. */
  failures: number;
}

const holder = globalThis as typeof globalThis & { rejoinderTraceWriter?: TraceWriter };

function writer(): TraceWriter {
  holder.rejoinderTraceWriter ??= new TraceWriter();
  return holder.rejoinderTraceWriter;
}

/** Where recorders report to. */
export function traceSink(): TraceSink {
  return writer();
}

/** Call once the database is open: makes the partitions and marks what an earlier process left running. */
export function startTraceWriter(): void {
  writer().start();
}

/** Writes everything that is queued now. Ends early, leaving the rest queued, when the database cannot be reached. */
export async function flushTraces(): Promise<void> {
  await writer().flush();
}

/** Writes what is queued, once: before the database closes. What it cannot write is lost, and said so. */
export async function stopTraceWriter(): Promise<void> {
  await writer().flush();
  const { queued } = writer().state();
  if (queued > 0) log().error({ queued }, "Traces were lost: the database could not be reached at shutdown");
}

/** Figures for readiness, tests and the dashboard's banner. */
export function traceWriterState(): TraceWriterState {
  return writer().state();
}

/** Marks runs of dead processes as lost. Safe beside other nodes. Gives the number marked. */
export async function sweepLostTraces(): Promise<number> {
  return markLostTraces(new Date(clock().now() - SILENCE_MS));
}

class TraceWriter implements TraceSink {
  readonly #queue = new TraceQueue(() => ({
    maxTraces: config().TRACE_QUEUE_MAX,
    maxBytes: config().TRACE_QUEUE_MAX_BYTES,
  }));
  /** Running traces, oldest first. */
  readonly #live = new LiveSet<LiveTrace>();
  /** When the row of a running trace was last written; most end before they have one. */
  readonly #writtenAt = new WeakMap<LiveTrace, number>();
  #ready: Promise<void> = Promise.resolve();
  #writing: Promise<boolean> | null = null;
  #armed = false;
  #hurried = false;
  #retryAt = 0;
  #complainedAt = Number.NEGATIVE_INFINITY;
  #written = 0;
  #dropped = 0;
  #contentDropped = 0;
  #failures = 0;

  start(): void {
    this.#ready = prepareTables();
  }

  began(run: LiveTrace): void {
    this.#live.add(run);
    this.#arm();
  }

  ended(run: LiveTrace, record: TraceRecord): void {
    this.#live.delete(run);
    const outcome = this.#queue.push(record);
    if (outcome === "dropped") this.#dropped += 1;
    if (outcome === "content_dropped") this.#contentDropped += 1;
    if (outcome !== "kept") this.#complain("Traces were dropped: the queue is full");
    if (this.#queue.size >= BATCH_TRACES && !this.#hurried) {
      this.#hurried = true;
      setImmediate(() => {
        this.#hurried = false;
        this.#tick();
      });
    }
    this.#arm();
  }

  left(run: LiveTrace): void {
    this.#live.delete(run);
  }

  async flush(): Promise<void> {
    while (this.#queue.size > 0) {
      await this.#writing;
      if (this.#queue.size > 0 && !(await this.#write())) return;
    }
  }

  state(): TraceWriterState {
    return {
      queued: this.#queue.size,
      queuedBytes: this.#queue.bytes,
      running: this.#live.size,
      written: this.#written,
      dropped: this.#dropped,
      contentDropped: this.#contentDropped,
      failures: this.#failures,
    };
  }

  #arm(): void {
    if (this.#armed) return;
    this.#armed = true;
    clock().after(config().TRACE_FLUSH_SECONDS, () => {
      this.#armed = false;
      this.#tick();
      if (this.#queue.size > 0 || this.#live.size > 0) this.#arm();
    });
  }

  /** Writes what is due, unless a write runs or the last one failed a moment ago. Never throws. */
  #tick(): void {
    if (this.#writing || clock().now() < this.#retryAt) return;
    void this.#drain();
  }

  async #drain(): Promise<void> {
    while (await this.#write()) {
      if (this.#queue.size < BATCH_TRACES) return;
    }
  }

  /** Writes one batch. False: nothing was due, or the database did not take it. */
  #write(): Promise<boolean> {
    this.#writing ??= this.#writeBatch().finally(() => {
      this.#writing = null;
    });
    return this.#writing;
  }

  async #writeBatch(): Promise<boolean> {
    await this.#ready;
    const now = clock().now();
    const due = this.#dueLive(now);
    const batch = this.#queue.peek(BATCH_TRACES, BATCH_BYTES);
    if (batch.length === 0 && due.length === 0) return false;
    try {
      await this.#send(
        batch,
        due.map((run) => run.snapshot()),
        now,
      );
    } catch (error) {
      this.#postpone(error);
      return false;
    }
    for (const run of due) this.#writtenAt.set(run, now);
    this.#queue.removeFirst(batch.length);
    this.#failures = 0;
    this.#retryAt = 0;
    return true;
  }

  /** Halves a batch that holds a row the database refuses, until that row is alone; then it is dropped. */
  async #send(finished: TraceRecord[], running: TraceRecord[], now: number): Promise<void> {
    try {
      await writeTraceBatch(toRows(finished, running, now));
      this.#written += finished.length;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (finished.length <= 1) {
        this.#dropped += finished.length;
        this.#complain("A trace was dropped: the database refuses it", error);
        return;
      }
      const middle = finished.length >> 1;
      await this.#send(finished.slice(0, middle), [], now);
      await this.#send(finished.slice(middle), [], now);
    }
  }

  #dueLive(now: number): LiveTrace[] {
    const due: LiveTrace[] = [];
    for (const run of this.#live) {
      if (now - run.startedAt < config().TRACE_LIVE_ROW_SECONDS) break;
      if (now - (this.#writtenAt.get(run) ?? 0) >= HEARTBEAT_MS) due.push(run);
      if (due.length === BATCH_TRACES) break;
    }
    return due;
  }

  #postpone(error: unknown): void {
    this.#failures += 1;
    const wait = Math.min(BACKOFF_MS.most, BACKOFF_MS.first * 2 ** Math.min(this.#failures - 1, 10));
    this.#retryAt = clock().now() + wait * (0.5 + Math.random());
    this.#complain("Traces could not be written and will be tried again", error);
  }

  #complain(message: string, error?: unknown): void {
    const now = clock().now();
    if (now - this.#complainedAt < COMPLAIN_EVERY_MS) return;
    this.#complainedAt = now;
    log().warn({ ...this.state(), code: codeOf(error) }, message);
  }
}

async function prepareTables(): Promise<void> {
  try {
    await ensureTracePartitions(clock().now());
    const lost = config().embedded ? await markLostTraces(null) : await sweepLostTraces();
    if (lost > 0) log().warn({ lost }, "Runs of an earlier process were marked as lost");
  } catch (error) {
    log().warn({ code: codeOf(error) }, "The trace tables could not be prepared; traces go to the default partition");
  }
}

/** As `toTraceBatch`. What cannot even become rows (content that has no JSON) is refused like what the database refuses. */
function toRows(finished: TraceRecord[], running: TraceRecord[], now: number): TraceBatch {
  try {
    return toTraceBatch(finished, running, now);
  } catch (cause) {
    throw Object.assign(new Error("A trace cannot be written as JSON", { cause }), { code: NOT_JSON });
  }
}

function isRefusal(error: unknown): boolean {
  return REFUSED.test(codeOf(error) ?? "");
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}
