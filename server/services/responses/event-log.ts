import { clock } from "#server/clock";
import { config } from "#server/config";
import { publish } from "#server/db/notify";
import type { EventRow } from "#server/db/response-events";
import { errorFacts, log } from "#server/log";
import type { ResponseStreamEvent } from "#server/protocol/events";
import { logChannel } from "#server/services/responses/follow-log";

/** An event as its log keeps it. */
export function toEventRow(event: ResponseStreamEvent): EventRow {
  return { seq: event.sequence_number, body: JSON.stringify(event) };
}

/** Tells whoever follows a response's log that it has grown. A message that is lost is made up for by their polling. */
export function announceEvents(responseId: string, seq: number): void {
  publish(logChannel(responseId), String(seq)).catch((error: unknown) =>
    log().warn(errorFacts(error), "the followers of a response could not be told"),
  );
}

/**
 * Collects a run's events and writes them in batches: BACKGROUND_FLUSH_SECONDS after the first of a batch, or when
 * BACKGROUND_FLUSH_EVENTS wait. What is written has been durable before anybody hears of it.
 */
export class EventLog {
  readonly #responseId: string;
  readonly #write: (rows: EventRow[]) => Promise<void>;
  #waiting: EventRow[] = [];
  #writing: Promise<void> = Promise.resolve();
  #cancelTimer: (() => void) | null = null;
  #failure: { error: unknown } | null = null;

  /** `write` makes rows durable, or throws: then so does every later call. */
  constructor(responseId: string, write: (rows: EventRow[]) => Promise<void>) {
    this.#responseId = responseId;
    this.#write = write;
  }

  /** Takes events; waits for the database only when a whole batch is there. Throws what writing threw. */
  async add(events: readonly ResponseStreamEvent[]): Promise<void> {
    this.#check();
    for (const event of events) this.#waiting.push(toEventRow(event));
    if (this.#waiting.length >= config().BACKGROUND_FLUSH_EVENTS) await this.flush();
    else if (this.#waiting.length > 0) {
      this.#cancelTimer ??= clock().after(config().BACKGROUND_FLUSH_SECONDS, () => void this.flush().catch(() => {}));
    }
  }

  /** Resolves when everything taken so far is durable. Throws what writing threw. */
  async flush(): Promise<void> {
    this.#stopTimer();
    this.#writing = this.#writing.then(() => this.#writeAll());
    await this.#writing;
    this.#check();
  }

  /** The events that wait, for whoever writes them together with the end; none are written here any more. */
  async drain(): Promise<EventRow[]> {
    this.#stopTimer();
    await this.#writing;
    this.#check();
    return this.#waiting.splice(0);
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0 && !this.#failure) {
      const rows = this.#waiting.splice(0, config().BACKGROUND_FLUSH_EVENTS);
      try {
        await this.#write(rows);
        announceEvents(this.#responseId, rows.at(-1)?.seq ?? 0);
      } catch (error) {
        this.#failure = { error };
      }
    }
  }

  #stopTimer(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
  }

  #check(): void {
    if (this.#failure) throw this.#failure.error;
  }
}
