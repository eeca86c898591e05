import { whenQuiet } from "#server/api/quiet";
import { config } from "#server/config";
import { AppError } from "#server/errors";

/** What is waited for a body with: rejects once nothing of it has come for REQUEST_IDLE_SECONDS. */
export interface BodyWatch {
  stalled: Promise<never>;
  /** Something came. */
  touch(): void;
  /** Between reads nobody waits for the sender. */
  pause(): void;
  stop(): void;
}

/** Watches over a request's body while it is read. */
export function watchBody(): BodyWatch {
  const idleMs = config().REQUEST_IDLE_SECONDS;
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => {});
  let waiting = true;
  const quiet = whenQuiet(idleMs, () => {
    if (!waiting) return;
    reject(new AppError("request_timeout", `Nothing more of the request's body came for ${idleMs / 1000} s.`));
  });
  return {
    stalled: promise,
    touch: () => {
      waiting = true;
      quiet.touch();
    },
    pause: () => {
      waiting = false;
    },
    stop: quiet.stop,
  };
}

/**
 * The body, broken off when its sender stalls. A reader that takes its time is no stalled sender.
 * @throws AppError request_timeout
 */
export async function* limitStalls(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const iterator = body[Symbol.asyncIterator]();
  const watch = watchBody();
  try {
    for (;;) {
      watch.touch();
      const next = await Promise.race([iterator.next(), watch.stalled]);
      if (next.done) return;
      watch.pause();
      yield next.value;
    }
  } finally {
    watch.stop();
    // Not awaited: behind a read that never ends it would wait as long.
    Promise.resolve(iterator.return?.()).catch(() => {});
  }
}
