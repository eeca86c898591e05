import { Worker } from "node:worker_threads";
import { clock } from "#server/clock";
import { config } from "#server/config";
import { AppError } from "#server/errors";
import { log } from "#server/log";
import type { LocalModel } from "#server/providers/local/find-model";
import { noSuchModel } from "#server/providers/local/model-name";
import { modelsFolder, runtimeFolder } from "#server/providers/local/places";

export interface LocalWorkerData {
  runtime: string;
  models: string;
  /** Of the processor, for one model call. */
  threads: number;
  /** Models in memory at once. */
  loaded: number;
}

export interface LocalQuestion {
  model: LocalModel;
  texts: string[];
}

/** `vectors`: those of all texts, one after the other. */
export type LocalAnswer =
  | { vectors: Float32Array<ArrayBuffer>; dimensions: number; tokens: number }
  | { error: string };

/** Vectors by text, and the tokens of all texts together. */
export interface Embedded {
  vectors: number[][];
  tokens: number;
}

interface Job {
  question: LocalQuestion;
  settle(outcome: LocalAnswer | Error): void;
}

interface Runner {
  worker: Worker;
  /** Questions of searches, which somebody waits for, go before documents. */
  waiting: Record<"query" | "document", Set<Job>>;
  current: Job | null;
  cancelTimer: () => void;
}

/** A search waits for no more texts of a document than these. */
const TEXTS_AT_ONCE = 8;

const holder = globalThis as typeof globalThis & { rejoinderLocalModels?: Runner };

/**
 * Embeds texts with a model on the disk, in a thread of its own that ends when idle. Vectors have length 1; that of a text
 * of which the model knows nothing is all zeros.
 * @throws AppError model_not_found when the model cannot be loaded or run, provider_timeout after
 *   LOCAL_MODELS_TIMEOUT_SECONDS, provider_error when the thread ends; the signal's reason
 */
export async function runModel(
  { model, texts }: LocalQuestion,
  { kind, signal }: { kind: "query" | "document"; signal: AbortSignal },
): Promise<Embedded> {
  const all: Embedded = { vectors: [], tokens: 0 };
  for (let at = 0; at < texts.length; at += TEXTS_AT_ONCE) {
    signal.throwIfAborted();
    const question = { model, texts: texts.slice(at, at + TEXTS_AT_ONCE) };
    const answer = await ask(question, kind, signal);
    if ("error" in answer) throw noSuchModel(model.name, `it cannot be run: ${answer.error}`);
    const { vectors, dimensions, tokens } = answer;
    for (let from = 0; from < vectors.length; from += dimensions) {
      all.vectors.push(Array.from(vectors.subarray(from, from + dimensions)));
    }
    all.tokens += tokens;
  }
  return all;
}

function threadEnded(cause?: unknown): AppError {
  const detail = { provider: "local", status: null };
  return new AppError("provider_error", "The thread that runs local models ended. Try again.", { detail, cause });
}

function ask(question: LocalQuestion, kind: "query" | "document", signal: AbortSignal): Promise<LocalAnswer> {
  holder.rejoinderLocalModels ??= hire();
  const runner = holder.rejoinderLocalModels;
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      runner.waiting[kind].delete(job);
      reject(signal.reason);
    };
    const job: Job = {
      question,
      settle: (outcome) => {
        signal.removeEventListener("abort", onAbort);
        if (outcome instanceof Error) reject(outcome);
        else resolve(outcome);
      },
    };
    signal.addEventListener("abort", onAbort, { once: true });
    runner.waiting[kind].add(job);
    dispatch(runner);
  });
}

function dispatch(runner: Runner): void {
  if (runner.current !== null) return;
  const { query, document } = runner.waiting;
  const [next] = [...query, ...document];
  runner.cancelTimer();
  if (next === undefined) {
    runner.cancelTimer = clock().after(config().LOCAL_MODELS_IDLE_SECONDS, () => void retire(runner, threadEnded()));
    return;
  }
  query.delete(next);
  document.delete(next);
  runner.current = next;
  const limit = config().LOCAL_MODELS_TIMEOUT_SECONDS;
  runner.cancelTimer = clock().after(limit, () => void retire(runner, tooSlow(limit)));
  runner.worker.postMessage(next.question);
}

function tooSlow(limitMs: number): AppError {
  return new AppError("provider_timeout", `The local model did not answer within ${limitMs / 1000} s.`);
}

function hire(): Runner {
  const workerData: LocalWorkerData = {
    runtime: runtimeFolder(),
    models: modelsFolder(),
    threads: config().LOCAL_MODELS_THREADS,
    loaded: config().LOCAL_MODELS_LOADED,
  };
  const worker = new Worker(new URL("./local-worker.ts", import.meta.url), {
    workerData,
    env: {},
    stdout: true,
    stderr: true,
  });
  worker.stdout.resume();
  worker.stderr.resume();
  worker.unref();
  const runner: Runner = {
    worker,
    waiting: { query: new Set(), document: new Set() },
    current: null,
    cancelTimer: () => {},
  };
  worker.on("message", (answer: LocalAnswer) => {
    const job = runner.current;
    runner.current = null;
    job?.settle(answer);
    dispatch(runner);
  });
  worker.on("error", (error) => {
    log().warn({ error: error.name }, "the thread of local models ended");
    void retire(runner, threadEnded(error));
  });
  worker.on("exit", () => void retire(runner, threadEnded()));
  return runner;
}

/** Ends the thread; whoever waits for it gets `reason`. */
async function retire(runner: Runner, reason: Error): Promise<void> {
  runner.cancelTimer();
  if (holder.rejoinderLocalModels === runner) delete holder.rejoinderLocalModels;
  const { query, document } = runner.waiting;
  const jobs = [...(runner.current ? [runner.current] : []), ...query, ...document];
  runner.current = null;
  query.clear();
  document.clear();
  for (const job of jobs) job.settle(reason);
  await runner.worker.terminate();
}

/** Ends the thread of local models (shutdown, tests). */
export async function stopLocalModels(): Promise<void> {
  if (holder.rejoinderLocalModels) await retire(holder.rejoinderLocalModels, threadEnded());
}
