import { Pool } from "undici";

/** What is asked for, again and again. */
export interface Target {
  origin: string;
  path: string;
  headers: Record<string, string>;
  body: string;
  /** What the first delta of a stream looks like on the wire. */
  firstDelta?: string;
}

export interface LoadResult {
  requests: number;
  perSecond: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
}

const decoder = new TextDecoder();

/**
 * Asks for `seconds`, `concurrency` at a time, each on a connection of its own. With `firstDelta`, latencies are those
 * of the first delta, else of the whole answer. Throws at an answer that is not 200.
 */
export async function runLoad(target: Target, options: { seconds: number; concurrency: number }): Promise<LoadResult> {
  const pool = new Pool(target.origin, { connections: options.concurrency, pipelining: 1 });
  const latencies: number[] = [];
  const startedAt = performance.now();
  const until = startedAt + options.seconds * 1000;
  const worker = async () => {
    while (performance.now() < until) latencies.push(await ask(pool, target));
  };
  await Promise.all(Array.from({ length: options.concurrency }, worker));
  const elapsed = (performance.now() - startedAt) / 1000;
  await pool.close();
  latencies.sort((a, b) => a - b);
  const at = (share: number) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0;
  return { requests: latencies.length, perSecond: latencies.length / elapsed, p50: at(0.5), p99: at(0.99) };
}

async function ask(pool: Pool, target: Target): Promise<number> {
  const startedAt = performance.now();
  const { path, headers, body, firstDelta } = target;
  const answer = await pool.request({ path, method: "POST", headers, body });
  if (answer.statusCode !== 200) throw new Error(`${path} answered ${answer.statusCode}: ${await answer.body.text()}`);
  if (firstDelta === undefined) {
    await answer.body.arrayBuffer();
    return performance.now() - startedAt;
  }
  let firstAt: number | null = null;
  for await (const part of answer.body) {
    if (firstAt === null && decoder.decode(part).includes(firstDelta)) firstAt = performance.now();
  }
  if (firstAt === null) throw new Error(`${path} sent no ${firstDelta}`);
  return firstAt - startedAt;
}

/** The middle one. */
export function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
