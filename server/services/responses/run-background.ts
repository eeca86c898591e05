import { clock } from "#server/clock";
import { config } from "#server/config";
import {
  type BackgroundRunRow,
  giveBackgroundRunBack,
  isCancelRequested,
  markToolCalled,
  takeBackgroundRun,
} from "#server/db/background-runs";
import { appendEvents, type LogKey, readEvents } from "#server/db/response-events";
import { readResponse, type StoredResponse } from "#server/db/responses";
import { type AppError, isAppError, toAppError } from "#server/errors";
import { isTerminalEvent, numberEvents, type ResponseEvent, type ResponseStreamEvent } from "#server/protocol/events";
import type { ResponseResource } from "#server/protocol/response";
import { findRun, interruption } from "#server/services/responses/active-runs";
import type { BackgroundPayload } from "#server/services/responses/background-job";
import { startBackgroundTrace } from "#server/services/responses/background-trace";
import { callEngine } from "#server/services/responses/call-engine";
import { endBrokenOff, storeEnd } from "#server/services/responses/end-background";
import { EventLog, toEventRow } from "#server/services/responses/event-log";
import { loadStoredContext } from "#server/services/responses/load-stored-context";
import { openRequest, type Preparation, prepare } from "#server/services/responses/prepare-response";
import { throughOutages } from "#server/services/responses/through-outages";
import { credentialLabelsOf, openToolCredentials } from "#server/services/responses/tool-credentials";
import { endResponseTrace } from "#server/services/responses/trace-facts";
import type { TraceRecorder } from "#server/tracing/span";

const OPENING = new Set(["response.created", "response.queued", "response.in_progress"]);

/** What earlier starts have left in the log. */
interface Earlier {
  /** The number of the newest event. */
  lastSeq: number;
  /** `response.in_progress` is there. */
  begun: boolean;
  /** More than the opening is there: a follower has seen part of an answer. */
  spoke: boolean;
}

async function readEarlier(key: LogKey): Promise<Earlier> {
  const events = await readEvents(key, { after: -1, limit: OPENING.size + 1 });
  return {
    lastSeq: events.at(-1)?.sequence_number ?? -1,
    begun: events.some((event) => event.type === "response.in_progress"),
    spoke: events.some((event) => !OPENING.has(event.type)),
  };
}

/** A start that this process has to itself until it writes the end, or another takes the run. */
interface Start {
  key: LogKey;
  run: BackgroundRunRow;
  stored: StoredResponse;
  earlier: Earlier;
  /** Aborted when the job is taken away or its events cannot be written. */
  work: AbortController;
}

/** Thrown where another process has the run by now, or it has ended: there is nothing left to do here. */
class TakenAway extends Error {}

/** Aborted with a reason of our own: why a job is taken away, the queue does not say. */
function followJob(jobSignal: AbortSignal): AbortController {
  const work = new AbortController();
  const abort = () => work.abort(interruption());
  if (jobSignal.aborted) abort();
  else jobSignal.addEventListener("abort", abort, { once: true });
  return work;
}

/** The run's log. What cannot be written ends the run. */
function openLog({ key, run, work }: Start): EventLog {
  return new EventLog(key.responseId, async (rows) => {
    try {
      if (!(await throughOutages(() => appendEvents(key, run.attempt, rows)))) throw new TakenAway();
    } catch (error) {
      work.abort(interruption());
      throw error;
    }
  });
}

/** What a run has come to. */
interface Finish {
  response: ResponseResource;
  /** The last events, not yet in the log. */
  events: ResponseStreamEvent[];
  /** An event beyond the opening was logged before them. */
  spoke: boolean;
}

/** Logs a run's events up to the last batch, which is written together with the end. */
async function logRun(
  engine: AsyncIterable<ResponseEvent[]>,
  { earlier, log, trace }: { earlier: Earlier; log: EventLog; trace: TraceRecorder },
): Promise<Finish> {
  let next = earlier.lastSeq + 1;
  let spoke = false;
  for await (const batch of engine) {
    const said = batch.filter(
      ({ type }) => type !== "response.created" && !(earlier.begun && type === "response.in_progress"),
    );
    next = numberEvents(said, next);
    for (const { type } of said) trace.event(type);
    const events = said as ResponseStreamEvent[];
    const last = events.at(-1);
    if (last && isTerminalEvent(last)) return { response: last.response, events, spoke };
    spoke ||= said.some(({ type }) => !OPENING.has(type));
    await log.add(events);
  }
  throw new Error("The run ended without a terminal event.");
}

/** Prepares the request as it was prepared when it was queued: what it names may have changed meanwhile. */
async function prepareStart({ key, run, stored, work }: Start) {
  const { principal, trace } = startBackgroundTrace(key, run);
  const waited = clock().now() - run.createdAt;
  trace.startSpan({ name: "queued", kind: "gateway", startedAt: performance.now() - waited }).end();
  try {
    const ctx = { principal, signal: work.signal, trace };
    const body = openToolCredentials(run.request, key.responseId);
    const input = { body, providerHeader: run.providerHeader };
    const request = await openRequest(ctx, input);
    const context = await loadStoredContext(key.teamId, stored, request);
    const preparation: Preparation = { ctx, input, request, context };
    return { preparation, prepared: await prepare(preparation), trace };
  } catch (error) {
    trace.handOver();
    throw error;
  }
}

function isOutage(error: unknown): boolean {
  return isAppError(error) && error.code === "database_unavailable";
}

async function runStart(start: Start): Promise<void> {
  const { key, run, stored, work } = start;
  let ready: Awaited<ReturnType<typeof prepareStart>>;
  try {
    ready = await prepareStart(start);
  } catch (error) {
    if (isOutage(error) || work.signal.aborted) throw error;
    await endBrokenOff(key, run, { status: "failed", error: toAppError(error) });
    return;
  }
  const { preparation, prepared, trace } = ready;
  const log = openLog(start);
  const seen: { failure: AppError | null; calledTool: boolean } = { failure: null, calledTool: false };
  // Before a tool acts: a start that may have called one is never followed by another.
  const noteTool = async () => {
    seen.calledTool = true;
    await log.flush();
    if (!(await markToolCalled(key, run.attempt))) work.abort(interruption());
    work.signal.throwIfAborted();
  };
  const call = callEngine({
    preparation,
    prepared,
    opening: { ...stored.body, status: "in_progress", output: [] },
    createdAt: run.createdAt,
    signal: work.signal,
    onFailure: (error) => {
      seen.failure = error;
    },
    beforeTool: noteTool,
  });
  try {
    // A cancellation of before the run was noted has reached nobody.
    if (await isCancelRequested(key)) findRun(key.teamId, key.responseId)?.stop();
    // The vendor's own tools act before anything is heard of them.
    if (!work.signal.aborted && prepared.vendorActs) await noteTool();
    const finish = await logRun(call.events, { earlier: start.earlier, log, trace });
    if (seen.failure?.code === "run_interrupted" && !finish.spoke && !seen.calledTool) await giveBack(start);
    await end(start, { finish, log, trace, credentialLabels: credentialLabelsOf(preparation.request) });
    const { priceOfResponse: price } = prepared.resolved;
    endResponseTrace({ trace, response: finish.response, error: seen.failure, streamed: true, price });
  } catch (error) {
    trace.handOver();
    if (!(error instanceof TakenAway)) throw error;
  } finally {
    work.abort(interruption());
    call.run.end();
  }
}

/** A run that was stopped before it had said or called anything: another start may have it as if it were new. */
async function giveBack({ key, run }: Start): Promise<never> {
  await giveBackgroundRunBack(key, run.attempt);
  throw new Error("The run was broken off before it had said anything: it is given back to the queue.");
}

async function end(
  { key, run }: Start,
  ended: { finish: Finish; log: EventLog; trace: TraceRecorder; credentialLabels: readonly string[] },
): Promise<void> {
  const { finish, log, trace, credentialLabels } = ended;
  const span = trace.startSpan({ name: "persist", kind: "storage" });
  const events = [...(await log.drain()), ...finish.events.map(toEventRow)];
  const last = { response: finish.response, events, credentialLabels };
  const stored = await throughOutages(() => storeEnd(key, run.attempt, last));
  span.end();
  if (!stored) throw new TakenAway();
}

/**
 * Runs a queued background response, or goes on with one whose process died. A start after one that has said something
 * or called a tool only ends the response: as failed, or as cancelled when that was asked for.
 * @throws AppError database_unavailable, and an Error when the run is given back: the job is to be tried again
 */
export async function runBackgroundResponse({
  input: key,
  signal,
}: {
  input: BackgroundPayload;
  signal: AbortSignal;
}): Promise<void> {
  const run = await takeBackgroundRun(key);
  if (!run) return;
  const [stored, earlier] = await Promise.all([readResponse(key.teamId, key.responseId), readEarlier(key)]);
  if (!stored) return;
  if (run.cancelRequested) await endBrokenOff(key, run, { status: "cancelled" });
  else if (run.toolCalled || earlier.spoke || run.attempt > config().BACKGROUND_MAX_ATTEMPTS) {
    await endBrokenOff(key, run, { status: "failed", error: interruption() });
  } else await runStart({ key, run, stored, earlier, work: followJob(signal) });
}
