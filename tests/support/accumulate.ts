import { ResponseStream } from "openai/lib/responses/ResponseStream";
import type { WireEvent } from "#server/protocol/stream-rules";

/** What openai-node's own accumulator makes of the events. Rejects where it throws. */
export function accumulate(events: readonly WireEvent[]) {
  const lines = events.map((event) => `${JSON.stringify(event)}\n`).join("");
  return ResponseStream.fromReadableStream(new Blob([lines]).stream()).finalResponse();
}
