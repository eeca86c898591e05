import { config } from "#server/config";
import { log } from "#server/log";
import { isTerminalEvent, type ResponseStreamEvent } from "#server/protocol/events";
import { StreamCheck } from "#server/protocol/stream-rules";

type Events = AsyncIterable<ResponseStreamEvent[]>;

const MAX_FAULTS = 20;
/** What is logged of a stream that breaks a rule. */
export const BROKEN_STREAM = "a stream broke the rules that clients rely on: see server/protocol/stream-rules.ts";

async function* checked(events: Events, followed: boolean): AsyncGenerator<ResponseStreamEvent[], void> {
  const check = new StreamCheck();
  let responseId: string | null = null;
  let ended = false;
  let whole = false;
  try {
    for await (const batch of events) {
      for (const event of batch) {
        if ("response" in event) responseId ??= event.response.id;
        check.take({ ...event });
        ended ||= isTerminalEvent(event);
      }
      yield batch;
    }
    // Who follows a response hears no end when it is deleted, or when he leaves.
    whole = ended || !followed;
  } finally {
    // A reader who left has not heard the end.
    if (whole) check.finish();
    const { faults } = check;
    if (faults.length > 0) {
      const shown = { responseId, count: faults.length, faults: faults.slice(0, MAX_FAULTS) };
      log().error(shown, BROKEN_STREAM);
    }
  }
}

/**
 * The same events. With STREAM_CHECKS (in development, unless it says otherwise) each stream that a client reads from its
 * beginning is held against the rules that clients rely on, and what it breaks is logged as an error: by numbers, types
 * and ids, without content. `followed`: the run is not the stream's own, so the stream may be over before it.
 */
export function checkStream(events: Events, { followed = false } = {}): Events {
  const { NODE_ENV, STREAM_CHECKS } = config();
  return (STREAM_CHECKS ?? (NODE_ENV === "development" ? "on" : "off")) === "on" ? checked(events, followed) : events;
}
