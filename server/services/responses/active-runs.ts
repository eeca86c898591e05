import { AppError } from "#server/errors";

interface ActiveRuns {
  cancels: Set<(reason: AppError) => void>;
  idle: (() => void)[];
}

const holder = globalThis as typeof globalThis & { rejoinderActiveRuns?: ActiveRuns };

function activeRuns(): ActiveRuns {
  holder.rejoinderActiveRuns ??= { cancels: new Set(), idle: [] };
  return holder.rejoinderActiveRuns;
}

/** One run's hold on the process: its signal follows the caller's, and also aborts when the server must stop. */
export interface ActiveRun {
  signal: AbortSignal;
  /** Says that the run has ended. Later calls change nothing. */
  end(): void;
}

/** Notes a run that begins now. */
export function beginRun(callerSignal: AbortSignal): ActiveRun {
  const runs = activeRuns();
  const controller = new AbortController();
  const cancel = (reason: AppError) => controller.abort(reason);
  const follow = () => controller.abort(callerSignal.reason);
  if (callerSignal.aborted) follow();
  else callerSignal.addEventListener("abort", follow, { once: true });
  runs.cancels.add(cancel);
  return {
    signal: controller.signal,
    end() {
      callerSignal.removeEventListener("abort", follow);
      if (!runs.cancels.delete(cancel) || runs.cancels.size > 0) return;
      for (const resolve of runs.idle.splice(0)) resolve();
    },
  };
}

/** Aborts every run of this process: the server is about to stop. */
export function cancelRuns(): void {
  const reason = new AppError("overloaded", "The server is shutting down.", { retryAfterMs: 1000 });
  for (const cancel of [...activeRuns().cancels]) cancel(reason);
}

/** Resolves when no run is under way. */
export function whenIdle(): Promise<void> {
  const runs = activeRuns();
  if (runs.cancels.size === 0) return Promise.resolve();
  return new Promise((resolve) => runs.idle.push(resolve));
}
