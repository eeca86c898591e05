/** The one source of time. Everything that waits or expires asks it, so tests can move it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Runs `task` once after `ms`; the returned function cancels it. The timer never keeps the process alive. */
  after(ms: number, task: () => void): () => void;
}

const systemClock: Clock = {
  now: () => Date.now(),
  after: (ms, task) => {
    const timer = setTimeout(task, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

const holder = globalThis as typeof globalThis & { rejoinderClock?: Clock };

/** The clock in force. */
export function clock(): Clock {
  return holder.rejoinderClock ?? systemClock;
}

/** Puts another clock in force (tests), or the system's when given nothing. */
export function setClock(replacement?: Clock): void {
  holder.rejoinderClock = replacement;
}

/** Resolves after `ms` on the clock in force; rejects with the signal's reason when it aborts first. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = () => {
      cancel();
      reject(signal?.reason);
    };
    const cancel = clock().after(ms, () => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    });
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}

/** What `promise` comes to; rejects with the signal's reason when it aborts first, and waits no longer. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
  });
}

/** Seconds since the epoch, as OpenAI's objects carry times. */
export function toSeconds(epochMs: number): number {
  return Math.floor(epochMs / 1000);
}
