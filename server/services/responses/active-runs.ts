import type { Replay } from "#server/engine/builder/replay";
import { AppError } from "#server/errors";
import { LiveSet } from "#server/live-set";
import { isTerminalEvent, type ResponseEvent, type ResponseStreamEvent } from "#server/protocol/events";
import type { Item } from "#server/protocol/items";
import type { ResponseResource } from "#server/protocol/response";
import type { ServiceContext } from "#server/services/context";

/** What is known of a run from its begin. */
export interface RunFacts {
  teamId: string;
  responseId: string;
  /** As the caller sees it. */
  model: string;
  /** Epoch milliseconds. */
  startedAt: number;
  background: boolean;
  /** False: nobody but the caller may see what is said. */
  keepsContent: boolean;
  apiKeyId: string | null;
  userId: string | null;
  /** What the request brought, in order. */
  input: readonly Item[];
}

/** The facts of a response that `ctx` runs. `createdAt` is in epoch milliseconds. */
export function runFactsOf(
  { principal, trace }: ServiceContext,
  { opening, createdAt, input }: { opening: ResponseResource; createdAt: number; input: readonly Item[] },
): RunFacts {
  return {
    teamId: principal.teamId,
    responseId: opening.id,
    model: opening.model,
    startedAt: createdAt,
    background: opening.background,
    keepsContent: trace.keepsContent,
    apiKeyId: principal.type === "apiKey" ? principal.keyId : null,
    userId: principal.type === "user" ? principal.userId : null,
    input,
  };
}

type Watcher = (events: readonly ResponseEvent[]) => void;

interface Entry {
  facts: RunFacts;
  abort(reason: AppError): void;
  /** Tells what has been said so far; null before the first event. */
  replay: (() => Replay) | null;
  watchers: Set<Watcher>;
  /** Events published so far. */
  published: number;
  /** The last events, once they are published. */
  closing: readonly ResponseEvent[] | null;
}

interface ActiveRuns {
  entries: LiveSet<Entry>;
  idle: (() => void)[];
}

/** A watcher that is so many events behind is let go: they wait in memory. */
const MAX_BEHIND = 10_000;

const holder = globalThis as typeof globalThis & { rejoinderActiveRuns?: ActiveRuns };

function activeRuns(): ActiveRuns {
  holder.rejoinderActiveRuns ??= { entries: new LiveSet(), idle: [] };
  return holder.rejoinderActiveRuns;
}

/** One run's hold on the process: its signal follows the caller's, and also aborts when somebody stops the run. */
export interface ActiveRun {
  signal: AbortSignal;
  /** Lets watchers ask what has been said so far. */
  show(replay: () => Replay): void;
  /** Passes events on to whoever watches. */
  publish(events: readonly ResponseEvent[]): void;
  /** Says that the run has ended. Later calls change nothing. */
  end(): void;
}

/** Notes a run that begins now. */
export function beginRun(callerSignal: AbortSignal, facts: RunFacts): ActiveRun {
  const runs = activeRuns();
  const controller = new AbortController();
  const follow = () => controller.abort(callerSignal.reason);
  if (callerSignal.aborted) follow();
  else callerSignal.addEventListener("abort", follow, { once: true });
  const abort = (reason: AppError) => controller.abort(reason);
  const entry: Entry = { facts, abort, replay: null, watchers: new Set(), published: 0, closing: null };
  runs.entries.add(entry);
  return {
    signal: controller.signal,
    show(replay) {
      entry.replay = replay;
    },
    publish(events) {
      const last = events.at(-1);
      entry.published += events.length;
      if (last && isTerminalEvent(last)) entry.closing = events;
      if (entry.watchers.size === 0) return;
      for (const watcher of [...entry.watchers]) watcher(events);
    },
    end() {
      callerSignal.removeEventListener("abort", follow);
      if (!runs.entries.delete(entry) || runs.entries.size > 0) return;
      for (const resolve of runs.idle.splice(0)) resolve();
    },
  };
}

/** A run of this process as others see it. */
export interface RunningResponse {
  facts: RunFacts;
  /** Ends it with status `cancelled` and what it has said so far. */
  stop(): void;
  /**
   * Its events from `response.created` on, numbered for this reader: what has been said already in a few events, then
   * live to the terminal one, one array per upstream read. Ends early when the signal aborts.
   * @throws AppError overloaded for a reader that is far behind
   */
  watch(signal: AbortSignal): AsyncGenerator<ResponseStreamEvent[], void>;
}

/** The team's run of that response in this process; null when there is none. */
export function findRun(teamId: string, responseId: string): RunningResponse | null {
  const entry = activeRuns().entries.find(({ facts }) => facts.responseId === responseId && facts.teamId === teamId);
  if (!entry) return null;
  return {
    facts: entry.facts,
    stop: () => entry.abort(new AppError("cancelled", "The response was stopped.")),
    watch: (signal) => watchEntry(entry, signal),
  };
}

/** The team's runs in this process. */
export function runsOf(teamId: string): RunFacts[] {
  return [...activeRuns().entries].flatMap(({ facts }) => (facts.teamId === teamId ? [facts] : []));
}

async function* watchEntry(entry: Entry, signal: AbortSignal): AsyncGenerator<ResponseStreamEvent[], void> {
  const waiting: ResponseEvent[] = [];
  let skip = 0;
  let tooSlow = false;
  let wake = () => {};
  const take: Watcher = (events) => {
    const skipped = Math.min(skip, events.length);
    skip -= skipped;
    if (waiting.length + events.length > MAX_BEHIND) tooSlow = true;
    else for (const event of events.slice(skipped)) waiting.push(event);
    wake();
  };
  const onAbort = () => wake();
  if (entry.replay) {
    const { events, told } = entry.replay();
    waiting.push(...events);
    // Events that are on their way from the engine to the recorder are told already.
    skip = Math.max(0, told - entry.published);
  }
  if (entry.closing) waiting.push(...entry.closing);
  entry.watchers.add(take);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    for (let next = 0; !signal.aborted; ) {
      if (tooSlow) throw new AppError("overloaded", "This reader cannot keep up with the response.");
      const batch = waiting.splice(0).map((event, index) => ({ ...event, sequence_number: next + index }));
      next += batch.length;
      const last = batch.at(-1);
      if (batch.length > 0) yield batch;
      if (last && isTerminalEvent(last)) return;
      if (waiting.length === 0 && !tooSlow && !signal.aborted) {
        const { promise, resolve } = Promise.withResolvers<void>();
        wake = resolve;
        await promise;
      }
    }
  } finally {
    entry.watchers.delete(take);
    signal.removeEventListener("abort", onAbort);
  }
}

/** Why a background response ends that was broken off from outside. */
export function interruption(): AppError {
  const message =
    "The run was broken off before its end: its server stopped, or it took too long. Send the request again.";
  return new AppError("run_interrupted", message);
}

/** Aborts every run of this process: the server is about to stop. */
export function cancelRuns(): void {
  const stopping = new AppError("overloaded", "The server is shutting down.", { retryAfterMs: 1000 });
  for (const { abort, facts } of [...activeRuns().entries]) abort(facts.background ? interruption() : stopping);
}

/** Resolves when no run is under way. */
export function whenIdle(): Promise<void> {
  const runs = activeRuns();
  if (runs.entries.size === 0) return Promise.resolve();
  return new Promise((resolve) => runs.idle.push(resolve));
}
