import { clock, toSeconds } from "#server/clock";
import type { Ending } from "#server/engine/builder/ending";
import type { RunOptions } from "#server/engine/engine-request";
import { Run } from "#server/engine/run";
import { isAppError, toAppError, toWireError } from "#server/errors";
import type { ResponseEvent } from "#server/protocol/events";

/**
 * Runs one response: calls the model, runs the hosted tools it calls, feeds their results back, until it answers or
 * calls a function of the client's. Yields the events of each upstream read, unnumbered; the last one is terminal and
 * carries the whole response. Never throws: a failure ends the stream with `error` and `response.failed`.
 * A consumer that stops early must abort the signal.
 */
export async function* runResponse(options: RunOptions): AsyncGenerator<ResponseEvent[], void> {
  const run = new Run(options);
  let ending: Ending | null = null;
  options.onStart?.(() => run.replay());
  try {
    const opening = run.open();
    if (opening.length > 0) yield opening;
    const compacted = await run.compact();
    if (compacted.length > 0) yield compacted;
    if (options.request.compaction?.endsResponse) ending = completed();
    else for await (const news of run.begin()) yield news;
    while (ending === null) {
      const call = run.startTurn();
      try {
        for await (const events of call.stream()) {
          const batch = run.hear(events);
          if (batch.length > 0) yield batch;
        }
      } catch (error) {
        call.broke(error);
      }
      const batch = run.endTurn();
      if (batch.length > 0) yield batch;
      for await (const news of run.answerCalls()) yield news;
      ending = run.endOf(completed);
    }
  } catch (error) {
    ending = endingOf(error, options);
  }
  yield run.end(ending);
}

function completed(): Ending {
  return { status: "completed", at: toSeconds(clock().now()) };
}

function endingOf(error: unknown, { signal, onFailure }: RunOptions): Ending {
  const reason: unknown = signal.reason;
  if (signal.aborted && !(isAppError(reason) && reason.code !== "cancelled")) return { status: "cancelled" };
  const failure = toAppError(signal.aborted ? reason : error);
  onFailure?.(failure);
  return { status: "failed", error: toWireError(failure) };
}
