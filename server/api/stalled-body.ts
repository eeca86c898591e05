import { whenQuiet } from "#server/api/quiet";
import { clock } from "#server/clock";
import { config } from "#server/config";
import { AppError } from "#server/errors";

/** What a body is waited for with. */
export interface BodyWatch {
  /**
   * The outcome of a read, or a rejection once nothing of the body has come for REQUEST_IDLE_SECONDS, or once it was
   * waited for longer than that and its bytes at REQUEST_MIN_BYTES_PER_SECOND. One read at a time.
   */
  wait<T>(read: Promise<T>): Promise<T>;
  /** So many bytes came. */
  touch(bytes: number): void;
  stop(): void;
}

/** Watches over a request's body while it is read. Between reads nobody waits for the sender. */
export function watchBody(): BodyWatch {
  const { REQUEST_IDLE_SECONDS: idleMs, REQUEST_MIN_BYTES_PER_SECOND: pace } = config();
  let giveUp = (_error: AppError) => {};
  let received = 0;
  let waitedMs = 0;
  let waitingSince: number | null = null;
  const pause = () => {
    if (waitingSince !== null) waitedMs += clock().now() - waitingSince;
    waitingSince = null;
  };
  const checkPace = () => {
    const ms = waitedMs + (waitingSince === null ? 0 : clock().now() - waitingSince);
    if (ms > idleMs + (received / pace) * 1000)
      giveUp(new AppError("request_timeout", `The request's body comes more slowly than ${pace} bytes a second.`));
  };
  const quiet = whenQuiet(idleMs, () => {
    giveUp(new AppError("request_timeout", `Nothing more of the request's body came for ${idleMs / 1000} s.`));
  });
  return {
    // A promise of its own for each read: one for all, raced with each, would hold on to everything that was read.
    wait: (read) =>
      new Promise((resolve, reject) => {
        giveUp = reject;
        checkPace();
        waitingSince = clock().now();
        read.finally(pause).then(resolve, reject);
      }),
    touch(bytes) {
      received += bytes;
      quiet.touch();
      checkPace();
    },
    stop: quiet.stop,
  };
}

/**
 * The body, broken off when its sender stalls or only dribbles. A reader that takes its time is no stalled sender.
 * @throws AppError request_timeout
 */
export async function* limitStalls(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const iterator = body[Symbol.asyncIterator]();
  const watch = watchBody();
  try {
    for (let bytes = 0; ; ) {
      watch.touch(bytes);
      const next = await watch.wait(iterator.next());
      if (next.done) return;
      bytes = next.value.byteLength;
      yield next.value;
    }
  } finally {
    watch.stop();
    // Not awaited: behind a read that never ends it would wait as long.
    Promise.resolve(iterator.return?.()).catch(() => {});
  }
}
