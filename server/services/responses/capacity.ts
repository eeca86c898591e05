import { config } from "#server/config";
import { AppError } from "#server/errors";

interface Load {
  runs: number;
  bytes: number;
}

const holder = globalThis as typeof globalThis & { rejoinderLoad?: Load };

function load(): Load {
  holder.rejoinderLoad ??= { runs: 0, bytes: 0 };
  return holder.rejoinderLoad;
}

const RETRY_AFTER_MS = 1000;

function overloaded(what: string): AppError {
  return new AppError("overloaded", `The server is busy: ${what}. Try again shortly.`, {
    retryAfterMs: RETRY_AFTER_MS,
  });
}

/** What one request holds of this process's memory. */
export interface MemoryShare {
  /** Counts bytes that are about to wait in memory. @throws AppError overloaded when the process holds too many */
  hold(bytes: number): void;
  /** Counts bytes that wait in memory already. */
  add(bytes: number): void;
  /** Uncounts bytes that have left memory. */
  release(bytes: number): void;
  /** Gives everything back. Later calls change nothing. */
  leave(): void;
}

/** Begins to count what a request holds in memory, against MAX_QUEUED_BYTES of the process. */
export function openMemoryShare(): MemoryShare {
  const { MAX_QUEUED_BYTES } = config();
  const shared = load();
  let held = 0;
  let left = false;
  const add = (bytes: number) => {
    if (left) return;
    shared.bytes += bytes;
    held += bytes;
  };
  return {
    hold(bytes) {
      if (shared.bytes + bytes > MAX_QUEUED_BYTES) throw overloaded("too many bytes are waiting");
      add(bytes);
    },
    add,
    release(bytes) {
      const given = Math.min(bytes, held);
      shared.bytes -= given;
      held -= given;
    },
    leave() {
      left = true;
      shared.bytes -= held;
      held = 0;
    },
  };
}

/** A run's share of this process: one of its places, and the memory it holds. */
export type RunSlot = MemoryShare;

/**
 * Takes one of this process's run slots (MAX_CONCURRENT_RUNS), or refuses at once.
 * @throws AppError overloaded
 */
export function enterRun(): RunSlot {
  const { MAX_CONCURRENT_RUNS, MAX_QUEUED_BYTES } = config();
  const shared = load();
  if (shared.runs >= MAX_CONCURRENT_RUNS) throw overloaded(`${MAX_CONCURRENT_RUNS} requests are running`);
  if (shared.bytes >= MAX_QUEUED_BYTES) throw overloaded("too many bytes are waiting");
  shared.runs += 1;
  const memory = openMemoryShare();
  let left = false;
  return {
    ...memory,
    leave() {
      if (left) return;
      left = true;
      shared.runs -= 1;
      memory.leave();
    },
  };
}

/** What this process is doing now: runs in flight, and bytes of bodies and unsent frames in memory. */
export function currentLoad(): Readonly<Load> {
  return { ...load() };
}
