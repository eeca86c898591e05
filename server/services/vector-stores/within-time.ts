import { clock } from "#server/clock";
import { config } from "#server/config";
import { AppError } from "#server/errors";

/**
 * Runs what stands between a question and its results, for SEARCH_MODEL_TIMEOUT_SECONDS at most.
 * @throws AppError provider_timeout when it takes longer, the signal's reason when that aborts, and what `run` throws
 */
export async function withinTime<T>(signal: AbortSignal, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const limit = config().SEARCH_MODEL_TIMEOUT_SECONDS;
  const cancel = clock().after(limit, () =>
    stop.abort(new AppError("provider_timeout", `The model did not answer within ${limit / 1000} s.`)),
  );
  try {
    return await run(AbortSignal.any([signal, stop.signal]));
  } finally {
    cancel();
  }
}
