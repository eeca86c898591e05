import type { Writable } from "node:stream";
import { clock } from "#server/clock";
import { config } from "#server/config";

/** A way out to one client. */
export interface Outflow {
  stream: Writable;
  /** Bytes written that the kernel has not taken. */
  unsent(): number;
}

/**
 * Resolves at the event, or when the connection is closed. A reader that takes nothing for
 * SSE_STALLED_READER_SECONDS is cut off.
 */
export function whenTaken({ stream, unsent }: Outflow, event: "drain" | "finish"): Promise<void> {
  if (stream.destroyed || (event === "finish" && stream.writableFinished)) return Promise.resolve();
  return new Promise((resolve) => {
    let before = unsent();
    let cancel = () => {};
    const watch = () => {
      cancel = clock().after(config().SSE_STALLED_READER_SECONDS, () => {
        const now = unsent();
        if (now >= before) stream.destroy();
        before = now;
        watch();
      });
    };
    const settle = () => {
      cancel();
      stream.off(event, settle);
      stream.off("close", settle);
      resolve();
    };
    stream.on(event, settle);
    stream.on("close", settle);
    watch();
  });
}
