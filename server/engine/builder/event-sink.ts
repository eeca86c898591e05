import type { ResponseEvent } from "#server/protocol/events";

/** Where item writers put their events: the batch that leaves with the next upstream read. */
export class EventSink {
  #events: ResponseEvent[] = [];

  push(event: ResponseEvent): void {
    this.#events.push(event);
  }

  /** The events since the last call, in order. */
  take(): ResponseEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }
}
