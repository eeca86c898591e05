import { vi } from "vitest";

/** Tries `check` until it does not throw, for as long as a busy machine may need. Gives what it returns. */
export function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, { timeout: 15_000, interval: 20 });
}
