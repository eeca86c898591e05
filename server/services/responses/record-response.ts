import { toAppError, toWireError } from "#server/errors";
import {
  isTerminalEvent,
  type LifecycleEvent,
  numberEvents,
  type ResponseEvent,
  type ResponseStreamEvent,
} from "#server/protocol/events";
import type { ResponseResource } from "#server/protocol/response";
import type { TraceRecorder } from "#server/tracing/span";

export interface RecordInput {
  /** What the engine says, one array per upstream read. */
  events: AsyncIterable<ResponseEvent[]>;
  /** The response as it stands before the first event. */
  opening: ResponseResource;
  trace: TraceRecorder;
  /** Hears of everything that is passed on, when it is. */
  publish?(events: readonly ResponseStreamEvent[]): void;
  /** Makes the finished response durable. Awaited before its terminal event is passed on. */
  save(response: ResponseResource): Promise<void>;
  /** Called once, before the terminal event is passed on. `error`: what the run or its storing threw, if anything. */
  onEnd(end: { response: ResponseResource; error: unknown }): Promise<void>;
}

/** One read of the run: what to pass on, and the terminal event when it has come. */
interface Step {
  events: ResponseEvent[];
  terminal: LifecycleEvent | null;
  error: unknown;
}

interface Failure {
  notice: ResponseEvent;
  failed: LifecycleEvent;
}

function failureOf(response: ResponseResource, thrown: unknown): Failure {
  const error = toWireError(toAppError(thrown));
  const { code, message, param } = error;
  return {
    notice: { type: "error", error, code, message, param },
    failed: {
      type: "response.failed",
      response: { ...response, status: "failed", completed_at: null, error: { code: code ?? error.type, message } },
    },
  };
}

async function readStep(iterator: AsyncIterator<ResponseEvent[]>, latest: ResponseResource): Promise<Step> {
  try {
    const { value, done } = await iterator.next();
    if (done) throw new Error("The run ended without a terminal event.");
    const last = value.at(-1);
    if (last && isTerminalEvent(last)) return { events: value.slice(0, -1), terminal: last, error: null };
    return { events: value, terminal: null, error: null };
  } catch (error) {
    const { notice, failed } = failureOf(latest, error);
    return { events: [notice], terminal: failed, error };
  }
}

function noteEvents(trace: TraceRecorder, events: readonly ResponseEvent[]): void {
  for (const event of events) trace.event(event.type);
}

/** Stores the response that the terminal event carries; returns what may then be passed on, and is noted already. */
async function settle(input: RecordInput, terminal: LifecycleEvent, error: unknown): Promise<ResponseEvent[]> {
  const { response } = terminal;
  try {
    await input.save(response);
  } catch (thrown) {
    const { notice, failed } = failureOf(response, thrown);
    noteEvents(input.trace, [notice, failed]);
    await input.onEnd({ response: failed.response, error: thrown });
    return [notice, failed];
  }
  noteEvents(input.trace, [terminal]);
  await input.onEnd({ response, error });
  return [terminal];
}

/**
 * Passes a run's events on, numbered from 0 in place, and stores the response before its terminal event is passed on.
 * A run that throws, or cannot be stored, ends with `error` and `response.failed`. When the reader stops early, the
 * rest of the run is read for the record.
 */
export async function* recordResponse(input: RecordInput): AsyncGenerator<ResponseStreamEvent[], void, undefined> {
  const iterator = input.events[Symbol.asyncIterator]();
  let latest = input.opening;
  let next = 0;
  let ended = false;
  const number = (events: ResponseEvent[]): ResponseStreamEvent[] => {
    next = numberEvents(events, next);
    const numbered = events as ResponseStreamEvent[];
    input.publish?.(numbered);
    return numbered;
  };
  const pass = (events: ResponseEvent[]): ResponseStreamEvent[] => {
    noteEvents(input.trace, events);
    for (const event of events) if ("response" in event) latest = event.response;
    return number(events);
  };
  try {
    while (!ended) {
      const step = await readStep(iterator, latest);
      if (step.events.length > 0) yield pass(step.events);
      if (!step.terminal) continue;
      ended = true;
      yield number(await settle(input, step.terminal, step.error));
    }
  } finally {
    while (!ended) {
      const step = await readStep(iterator, latest);
      pass(step.events);
      if (!step.terminal) continue;
      ended = true;
      number(await settle(input, step.terminal, step.error));
    }
  }
}
