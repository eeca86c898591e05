import { clock, unlessAborted } from "#server/clock";
import type { AppError } from "#server/errors";

export interface TimeLimit {
  ms: number;
  signal?: AbortSignal;
  /** What it fails with when the time is up. */
  late(): AppError;
}

/**
 * Does something for a limited time. Its signal aborts when the time is up or the caller's does, and it is not waited
 * for then.
 * @throws what `late` makes, the signal's reason when that aborts, and what `work` throws
 */
export async function within<T>(
  { ms, signal, late }: TimeLimit,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const stop = new AbortController();
  const either = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  const cancel = clock().after(ms, () => stop.abort(late()));
  try {
    return await unlessAborted(work(either), either);
  } finally {
    cancel();
  }
}
