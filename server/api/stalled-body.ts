import { whenQuiet } from "#server/api/quiet";
import { config } from "#server/config";
import { AppError } from "#server/errors";

/** What a body is waited for with. */
export interface BodyWatch {
  /**
   * The outcome of a read, or a rejection once nothing of the body has come for REQUEST_IDLE_SECONDS. One read at a time.
   */
  wait<T>(read: Promise<T>): Promise<T>;
  /** Something came. */
  touch(): void;
  stop(): void;
}

/** Watches over a request's body while it is read. Between reads nobody waits for the sender. */
export function watchBody(): BodyWatch {
  const idleMs = config().REQUEST_IDLE_SECONDS;
  let giveUp = (_error: AppError) => {};
  const quiet = whenQuiet(idleMs, () => {
    giveUp(new AppError("request_timeout", `Nothing more of the request's body came for ${idleMs / 1000} s.`));
  });
  return {
    // A promise of its own for each read: one for all, raced with each, would hold on to everything that was read.
    wait: (read) =>
      new Promise((resolve, reject) => {
        giveUp = reject;
        read.then(resolve, reject);
      }),
    touch: quiet.touch,
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
      const next = await watch.wait(iterator.next());
      if (next.done) return;
      yield next.value;
    }
  } finally {
    watch.stop();
    // Not awaited: behind a read that never ends it would wait as long.
    Promise.resolve(iterator.return?.()).catch(() => {});
  }
}
