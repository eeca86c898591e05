import { Worker } from "node:worker_threads";
import { clock } from "#server/clock";
import { config } from "#server/config";
import { log } from "#server/log";
import type { Encoding } from "#server/services/tokens/tokenizer-of";

export interface TokenQuestion {
  id: number;
  encoding: Encoding;
  texts: string[];
}

export interface TokenAnswer {
  id: number;
  counts: number[];
}

interface Counter {
  worker: Worker;
  asked: Map<number, (counts: number[] | null) => void>;
  nextId: number;
  cancelTimer: () => void;
}

const holder = globalThis as typeof globalThis & { rejoinderTokenCounter?: Counter };

function hire(): Counter {
  const worker = new Worker(new URL("./token-worker.ts", import.meta.url), { env: {} });
  worker.unref();
  const counter: Counter = { worker, asked: new Map(), nextId: 0, cancelTimer: () => {} };
  worker.on("message", ({ id, counts }: TokenAnswer) => {
    counter.asked.get(id)?.(counts);
    counter.asked.delete(id);
    if (counter.asked.size === 0) waitThenRetire(counter, config().TOKENIZER_IDLE_SECONDS);
  });
  worker.on("error", (error) => {
    log().warn({ error: error.name }, "the tokenizer ended");
    void retire(counter);
  });
  worker.on("exit", () => void retire(counter));
  return counter;
}

function waitThenRetire(counter: Counter, ms: number): void {
  counter.cancelTimer();
  counter.cancelTimer = clock().after(ms, () => void retire(counter));
}

async function retire(counter: Counter): Promise<void> {
  counter.cancelTimer();
  if (holder.rejoinderTokenCounter === counter) delete holder.rejoinderTokenCounter;
  for (const settle of counter.asked.values()) settle(null);
  counter.asked.clear();
  await counter.worker.terminate();
}

/**
 * Tokens of each text, counted off the main thread; null when that fails or takes longer than
 * TOKENIZER_TIMEOUT_SECONDS, so that the caller can go on with an estimate.
 */
export function countTexts(encoding: Encoding, texts: string[]): Promise<number[] | null> {
  holder.rejoinderTokenCounter ??= hire();
  const counter = holder.rejoinderTokenCounter;
  const id = counter.nextId++;
  return new Promise((resolve) => {
    counter.asked.set(id, resolve);
    waitThenRetire(counter, config().TOKENIZER_TIMEOUT_SECONDS);
    counter.worker.postMessage({ id, encoding, texts } satisfies TokenQuestion);
  });
}

/** Ends the tokenizer's thread; what it was asked is answered null. */
export async function stopTokenCounter(): Promise<void> {
  if (holder.rejoinderTokenCounter) await retire(holder.rejoinderTokenCounter);
}
