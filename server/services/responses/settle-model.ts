import { clock } from "#server/clock";
import { config } from "#server/config";
import type { ResponseEvent } from "#server/protocol/events";

export interface SettleInput {
  /** A run's events, the opening ones first. */
  events: AsyncIterable<ResponseEvent[]>;
  /** Who answers, as far as it is known now: `connection/model`. */
  servedModel(): string;
  /** False: nobody waits for a first byte. */
  streamed: boolean;
}

/** Names the model in every response of a batch, in place. */
function named(events: ResponseEvent[], model: string): ResponseEvent[] {
  for (const [index, event] of events.entries()) {
    if (!("response" in event) || event.response.model === model) continue;
    events[index] = { ...event, response: { ...event.response, model } };
  }
  return events;
}

/** Resolves when the promise settles, whichever way, or after `ms` on the clock in force. */
async function waitFor(promise: Promise<unknown>, ms: number): Promise<void> {
  const { promise: over, resolve } = Promise.withResolvers<void>();
  const cancel = clock().after(ms, resolve);
  const settled = () => resolve();
  promise.then(settled, settled);
  await over;
  cancel();
}

/**
 * The events of a run whose model is chosen among several while it runs: every response in them names the one that
 * really answers. So that the first one does too, the opening events wait for the first news of the model: the first
 * token cannot come earlier, so it comes no later for that. They wait for a heartbeat's time at most, so that readers
 * and proxies get a sign of life.
 */
export async function* settleModel({
  events,
  servedModel,
  streamed,
}: SettleInput): AsyncGenerator<ResponseEvent[], void> {
  const iterator = events[Symbol.asyncIterator]();
  const opening = await iterator.next();
  if (opening.done) return;
  let next = iterator.next();
  if (streamed) await waitFor(next, config().SSE_HEARTBEAT_SECONDS);
  yield named(opening.value, servedModel());
  for (let step = await next; !step.done; step = await next) {
    yield named(step.value, servedModel());
    next = iterator.next();
  }
}
