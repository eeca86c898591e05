import { clock } from "#server/clock";

/** A stream whose beginning has been read. */
export interface Opening<T> {
  /** What it said; empty when it is still silent. */
  frames: string;
  /** The rest, to be read to the end. */
  rest: AsyncIterable<T>;
}

const SILENT = Symbol("silent");

/**
 * Reads a stream until it has said something, is over, or has been silent for `patienceMs`: until then its failure can
 * still be told by a status. `frame` turns what was read into frames, "" for nothing.
 */
export async function readFirstWords<T>(
  source: AsyncIterable<T>,
  frame: (value: T) => string,
  patienceMs: number,
): Promise<Opening<T>> {
  const iterator = source[Symbol.asyncIterator]();
  let stopWaiting = () => {};
  const silence = new Promise<typeof SILENT>((resolve) => {
    stopWaiting = clock().after(patienceMs, () => resolve(SILENT));
  });
  try {
    for (;;) {
      const next = iterator.next();
      const first = await Promise.race([next, silence]);
      if (first === SILENT) return { frames: "", rest: restOf(iterator, next) };
      if (first.done) return { frames: "", rest: restOf(iterator, next) };
      const frames = frame(first.value);
      if (frames !== "") return { frames, rest: restOf(iterator, null) };
    }
  } finally {
    stopWaiting();
  }
}

/** Resolves when a stream has begun, and hands its first value out once more: one read then, nothing after. */
export async function whenBegun<T>(source: AsyncIterable<T>): Promise<AsyncIterable<T>> {
  const iterator = source[Symbol.asyncIterator]();
  const first = iterator.next();
  let pending = true;
  const begun = {
    next: () => {
      if (!pending) return iterator.next();
      pending = false;
      return first;
    },
    [Symbol.asyncIterator]: () => begun,
  };
  await first;
  return begun;
}

async function* restOf<T>(iterator: AsyncIterator<T>, pending: Promise<IteratorResult<T>> | null): AsyncGenerator<T> {
  for (let next = await (pending ?? iterator.next()); !next.done; next = await iterator.next()) yield next.value;
}
