import { sseFrame } from "#server/api/event-stream";
import { type Dialect, type WireView, writeEvent } from "#server/protocol/dialect";
import type { OutputTextDeltaEvent, ResponseStreamEvent } from "#server/protocol/events";
import { paddingFor } from "#server/protocol/obfuscation";

/** The frame of a piece of text: both dialects write it alike. */
function textDeltaFrame(event: OutputTextDeltaEvent & { sequence_number: number }, view: WireView): string {
  const { item_id, output_index, content_index, delta, sequence_number } = event;
  const padding = view.obfuscation ? `,"obfuscation":"${paddingFor(delta)}"` : "";
  return sseFrame(
    event.type,
    `{"type":"${event.type}","item_id":${JSON.stringify(item_id)},"output_index":${output_index},` +
      `"content_index":${content_index},"delta":${JSON.stringify(delta)},"logprobs":[],` +
      `"sequence_number":${sequence_number}${padding}}`,
  );
}

/**
 * An event as a frame of an event stream, in the caller's dialect. Pieces of text are nearly all of a stream: their JSON
 * is put together by hand, in half the time of copying and serializing each event.
 */
export function eventFrame(dialect: Dialect, event: ResponseStreamEvent, view: WireView): string {
  if (event.type === "response.output_text.delta" && event.logprobs.length === 0) return textDeltaFrame(event, view);
  const written = writeEvent(dialect, event, view);
  return sseFrame("type" in written ? String(written.type) : event.type, JSON.stringify(written));
}
