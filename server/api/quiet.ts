import { clock } from "#server/clock";

/** Hears of what happens, and acts when nothing does. */
export interface QuietWatch {
  touch(): void;
  stop(): void;
}

/** Calls `act` each time nothing was `touch`ed for `periodMs`, until stopped. */
export function whenQuiet(periodMs: number, act: () => void): QuietWatch {
  let last = clock().now();
  let cancel = () => {};
  const arm = (ms: number) => {
    cancel = clock().after(ms, () => {
      const quiet = clock().now() - last;
      if (quiet >= periodMs) {
        last = clock().now();
        act();
      }
      arm(Math.max(1, periodMs - (clock().now() - last)));
    });
  };
  arm(periodMs);
  return {
    touch: () => {
      last = clock().now();
    },
    stop: () => cancel(),
  };
}
