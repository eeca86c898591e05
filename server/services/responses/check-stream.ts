import { config } from "#server/config";
import { log } from "#server/log";
import type { ResponseStreamEvent } from "#server/protocol/events";
import { StreamCheck } from "#server/protocol/stream-rules";

type Events = AsyncIterable<ResponseStreamEvent[]>;

const MAX_FAULTS = 20;

async function* checked(events: Events): AsyncGenerator<ResponseStreamEvent[], void> {
  const check = new StreamCheck();
  let responseId: string | null = null;
  let whole = false;
  try {
    for await (const batch of events) {
      for (const event of batch) {
        if ("response" in event) responseId ??= event.response.id;
        check.take({ ...event });
      }
      yield batch;
    }
    whole = true;
  } finally {
    // A reader who left has not heard the end.
    if (whole) check.finish();
    const { faults } = check;
    if (faults.length > 0) {
      const shown = { responseId, count: faults.length, faults: faults.slice(0, MAX_FAULTS) };
      log().error(shown, "a stream broke the rules that clients rely on: see server/protocol/stream-rules.ts");
    }
  }
}

/**
 * The same events. In development each stream that a client reads from its beginning is held against the rules that the
 * tests hold ours to, and what it breaks is logged as an error: by numbers, types and ids, without content.
 */
export function checkStream(events: Events): Events {
  return config().NODE_ENV === "development" ? checked(events) : events;
}
