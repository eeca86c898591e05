import { clock } from "#server/clock";
import { config } from "#server/config";
import { subscribe } from "#server/db/notify";
import { type LogKey, readEvents } from "#server/db/response-events";
import { readResponse } from "#server/db/responses";
import { isTerminalEvent, type ResponseStreamEvent } from "#server/protocol/events";
import { terminalTypeOf } from "#server/protocol/unfold";

/** Events of one read, so that a long log is not held in memory whole. */
const BATCH = 256;

/** The channel on which everybody hears that a response's log has grown. The message is the newest event's number. */
export function logChannel(responseId: string): string {
  return `response-log:${responseId}`;
}

/** Something that can be waited for, again and again. */
interface Bell {
  ring(): void;
  /** True at the next ring, and at once when it rang since the last wait; false after `ms`. */
  wait(ms: number): Promise<boolean>;
}

function makeBell(): Bell {
  let rung = false;
  let wake = () => {};
  return {
    ring() {
      rung = true;
      wake();
    },
    async wait(ms) {
      if (!rung) {
        await new Promise<void>((resolve) => {
          const cancel = clock().after(ms, resolve);
          wake = () => {
            cancel();
            resolve();
          };
        });
      }
      const rang = rung;
      rung = false;
      return rang;
    },
  };
}

/** True when nothing more will come: the response has ended, or is gone. */
async function hasEnded({ teamId, responseId }: LogKey): Promise<boolean> {
  const stored = await readResponse(teamId, responseId);
  return stored === null || terminalTypeOf(stored.status) !== null;
}

/**
 * Resolves when the response has ended: true; or after `ms`: false.
 * @throws AppError database_unavailable
 */
export async function waitForEnd(key: LogKey, ms: number): Promise<boolean> {
  const bell = makeBell();
  const unsubscribe = subscribe(logChannel(key.responseId), () => bell.ring());
  const deadline = clock().now() + ms;
  try {
    for (;;) {
      if (await hasEnded(key)) return true;
      const left = deadline - clock().now();
      if (left <= 0) return false;
      await bell.wait(Math.min(left, config().EVENT_LOG_POLL_SECONDS));
    }
  } finally {
    unsubscribe();
  }
}

export interface FollowInput extends LogKey {
  /** The number of the last event that the reader has; -1 for none. */
  after: number;
  signal: AbortSignal;
  /** Tells whether nothing more will come, asked when there is no news. The response's row, when absent. */
  ended?: () => Promise<boolean>;
}

/**
 * A response's log from an event on, then live until its terminal event, whichever node writes it. Ends early when the
 * signal aborts or the response is deleted.
 * @throws AppError database_unavailable
 */
export async function* followLog(input: FollowInput): AsyncGenerator<ResponseStreamEvent[], void> {
  const { signal, ended = () => hasEnded(input) } = input;
  const bell = makeBell();
  const unsubscribe = subscribe(logChannel(input.responseId), () => bell.ring());
  signal.addEventListener("abort", bell.ring, { once: true });
  let { after } = input;
  let check = false;
  try {
    while (!signal.aborted) {
      // Asked before the read, which then finds what was written before the end.
      const over = check && (await ended());
      const events = await readEvents(input, { after, limit: BATCH });
      const last = events.at(-1);
      if (last) {
        yield events;
        if (isTerminalEvent(last)) return;
        after = last.sequence_number;
        check = false;
        if (events.length === BATCH) continue;
      } else if (over) {
        return;
      } else if (!check) {
        check = true;
        continue;
      }
      check = !(await bell.wait(config().EVENT_LOG_POLL_SECONDS));
    }
  } finally {
    unsubscribe();
    signal.removeEventListener("abort", bell.ring);
  }
}
