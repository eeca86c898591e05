const BATCH = 200;

/**
 * Removes what a sweep finds until there is nothing left to find. A batch in which not all is done ends it: the rest waits for
 * the next sweep. `find` is given how many it may find; `remove` answers whether there was one.
 * Throws the signal's reason between two of them.
 */
export async function removeInBatches<T>(
  signal: AbortSignal,
  find: (limit: number) => Promise<T[]>,
  remove: (found: T) => Promise<boolean>,
): Promise<void> {
  for (;;) {
    let removed = 0;
    for (const found of await find(BATCH)) {
      signal.throwIfAborted();
      if (await remove(found)) removed += 1;
    }
    if (removed < BATCH) return;
  }
}
