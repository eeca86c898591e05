import { type Clock, setClock } from "#server/clock";

export interface FakeClock extends Clock {
  /** Moves the time on and runs what has become due, in order. */
  advance(ms: number): void;
}

/** Puts a clock in force that moves only when told. `setClock()` gives the system's back. */
export function installFakeClock(startsAt = Date.now()): FakeClock {
  let now = startsAt;
  let tasks: { due: number; task: () => void }[] = [];
  const fake: FakeClock = {
    now: () => now,
    after(ms, task) {
      const entry = { due: now + ms, task };
      tasks.push(entry);
      return () => {
        tasks = tasks.filter((other) => other !== entry);
      };
    },
    advance(ms) {
      const end = now + ms;
      for (;;) {
        const next = tasks.filter(({ due }) => due <= end).sort((a, b) => a.due - b.due)[0];
        if (!next) break;
        tasks = tasks.filter((other) => other !== next);
        now = next.due;
        next.task();
      }
      now = end;
    },
  };
  setClock(fake);
  return fake;
}
