import type { ResponseEvent } from "#server/protocol/events";

/** Where item writers put their events: the batch that leaves with the next upstream read. */
export class EventSink {
  #events: ResponseEvent[] = [];
  #count = 0;

  push(event: ResponseEvent): void {
    this.#events.push(event);
    this.#count += 1;
  }

  /** Events put here so far, the taken ones included. */
  get count(): number {
    return this.#count;
  }

  /** The events since the last call, in order. */
  take(): ResponseEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }
}
