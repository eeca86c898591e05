import { clock, toSeconds } from "#server/clock";
import { numberEvents, type ResponseEvent, type ResponseStreamEvent } from "#server/protocol/events";
import type { ResponseResource, Usage } from "#server/protocol/response";
import { unfoldResponse } from "#server/protocol/unfold";
import type { TraceRecorder } from "#server/tracing/span";

const NOTHING_USED: Usage = {
  input_tokens: 0,
  input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
  output_tokens: 0,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: 0,
};

/**
 * The stream of a response that is only prepared (`generate: false`): it completes at once, without output and
 * without use of a model.
 */
export async function* preparedResponse(opening: ResponseResource): AsyncGenerator<ResponseEvent[], void> {
  const completedAt = toSeconds(clock().now());
  yield unfoldResponse({ ...opening, status: "completed", completed_at: completedAt, usage: NOTHING_USED });
}

/** The first answer once more, as a stream that would have led to it. Ends the trace of the request that repeats it. */
export async function* repeatedResponse(
  trace: TraceRecorder,
  response: ResponseResource,
): AsyncGenerator<ResponseStreamEvent[], void> {
  trace.set({ responseId: response.id, httpStatus: 200 });
  const events: ResponseEvent[] = unfoldResponse(response);
  numberEvents(events, 0);
  yield events as ResponseStreamEvent[];
  trace.end({ status: "ok" });
}
