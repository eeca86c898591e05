import { clock } from "#server/clock";
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
  const stop = new AbortController();
  const stopped = Promise.withResolvers<never>();
  stopped.promise.catch(() => undefined);
  stop.signal.addEventListener("abort", () => stopped.reject(stop.signal.reason), { once: true });
  const onAbort = () => stop.abort(signal?.reason);
  signal?.throwIfAborted();
  signal?.addEventListener("abort", onAbort, { once: true });
  const cancel = clock().after(ms, () => stop.abort(late()));
  try {
    return await Promise.race([work(stop.signal), stopped.promise]);
  } finally {
    cancel();
    signal?.removeEventListener("abort", onAbort);
  }
}
