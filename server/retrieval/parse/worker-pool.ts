import { Worker } from "node:worker_threads";
import { clock } from "#server/clock";
import { config } from "#server/config";
import { AppError } from "#server/errors";
import { log } from "#server/log";
import { DocumentRefused } from "#server/retrieval/parse/document";
import type { WorkerAnswer, WorkerRequest, WorkerTaskName, WorkerTasks } from "#server/retrieval/parse/worker-tasks";

/** An idle worker holds some 110 MB of tokenizer and language tables; after this long it goes. */
const IDLE_MS = 30_000;

/**
 * After a task for a file of so many bytes or characters a worker goes at once, and is gone before the next task is asked for:
 * its heap would keep several times that much while the file is read on, and starting another takes less time than a
 * hundredth of such a file.
 */
const LARGE_TASK = 4_000_000;

/** How often a busy worker's buffers are measured: one can fill some 20 MB in this time. */
const MEMORY_CHECK_MS = 100;

/** Whether somebody waits for the answer: then a task goes before ingestion's, and may have one worker more. */
export type Urgency = "soon" | "now";

interface Job {
  urgency: Urgency;
  request: WorkerRequest;
  /** Bytes or characters. */
  size: number;
  transfer: readonly ArrayBuffer[];
  settle(result: WorkerAnswer | Error): void;
  signal: AbortSignal;
}

interface Member {
  worker: Worker;
  job: Job | null;
  cancelTimer: () => void;
  cancelWatch: () => void;
}

interface Pool {
  members: Member[];
  waiting: Job[];
}

const holder = globalThis as typeof globalThis & { rejoinderReadPool?: Pool };

function pool(): Pool {
  holder.rejoinderReadPool ??= { members: [], waiting: [] };
  return holder.rejoinderReadPool;
}

/**
 * Runs one parser or splitter task off the main thread, under the memory and time limits of the configuration.
 * Throws DocumentRefused when the file cannot be read, also when reading it needed too much memory or time,
 * and the signal's reason when it aborts; the worker is ended in both of the latter cases. Buffers in `transfer` go over
 * instead of a copy: the caller has them no more.
 */
export async function runInWorker<Name extends WorkerTaskName>(
  name: Name,
  input: WorkerTasks[Name]["input"],
  options: AbortSignal | { signal: AbortSignal; urgency: Urgency; transfer?: readonly ArrayBuffer[] },
): Promise<WorkerTasks[Name]["output"]> {
  const {
    signal,
    urgency,
    transfer = [],
  }: Exclude<typeof options, AbortSignal> = "signal" in options ? options : { signal: options, urgency: "soon" };
  signal.throwIfAborted();
  const result = await new Promise<WorkerAnswer | Error>((resolve, reject) => {
    const onAbort = () => {
      abandon(job);
      reject(signal.reason);
    };
    const request = { name, input } as WorkerRequest;
    const job: Job = {
      ...{ request, size: sizeOf(request), transfer },
      signal,
      urgency,
      settle: (answer) => {
        signal.removeEventListener("abort", onAbort);
        resolve(answer);
      },
    };
    signal.addEventListener("abort", onAbort, { once: true });
    enqueue(job);
    dispatch();
  });
  if (result instanceof Error) throw result;
  if (result.ok) return result.output as WorkerTasks[Name]["output"];
  if (result.unexpected !== null) log().warn({ task: name, error: result.unexpected }, "a document parser failed");
  throw new DocumentRefused(result.reason, result.message);
}

/** Ends all workers. What they were at rejects with AppError `cancelled`: the file is not at fault. */
export async function stopReadWorkers(): Promise<void> {
  const { members, waiting } = pool();
  for (const job of waiting.splice(0)) job.settle(stopping());
  await Promise.all([...members].map((member) => retire(member, stopping())));
}

function stopping(): AppError {
  return new AppError("cancelled", "The server is stopping.");
}

function enqueue(job: Job): void {
  const { waiting } = pool();
  const place = job.urgency === "now" ? waiting.findIndex((other) => other.urgency === "soon") : -1;
  waiting.splice(place < 0 ? waiting.length : place, 0, job);
}

function dispatch(): void {
  const { waiting } = pool();
  for (let job = waiting[0]; job !== undefined; job = waiting[0]) {
    const member = memberFor(job.urgency);
    if (member === null) return;
    waiting.shift();
    give(member, job);
  }
}

/** A worker that is free, or a new one; the one above PARSE_WORKERS is for urgent tasks alone. */
function memberFor(urgency: Urgency): Member | null {
  const { members } = pool();
  const most = config().PARSE_WORKERS + (urgency === "now" ? 1 : 0);
  const busy = members.filter((member) => member.job !== null).length;
  if (busy >= most) return null;
  return members.find((member) => member.job === null) ?? hire();
}

function give(member: Member, job: Job): void {
  member.cancelTimer();
  member.job = job;
  const { PARSE_TIMEOUT_SECONDS, OCR_TIMEOUT_SECONDS } = config();
  const limit = job.request.name === "recognise" ? OCR_TIMEOUT_SECONDS : PARSE_TIMEOUT_SECONDS;
  member.cancelTimer = clock().after(limit, () => void retire(member, refusal("timed_out")));
  watchMemory(member);
  member.worker.postMessage(job.request, job.transfer);
}

/**
 * Ends a task whose buffers take more than its memory: a worker's own limits are for JavaScript's heap alone, and what a
 * PDF unpacks lies outside of it.
 */
function watchMemory(member: Member): void {
  const { job } = member;
  const check = async () => {
    // Rejects when the worker has ended.
    const memory = await member.worker.getHeapStatistics().catch(() => null);
    if (memory === null || member.job === null || member.job !== job) return;
    if (memory.external_memory > config().PARSE_MEMORY_MB * 2 ** 20) await retire(member, refusal("out_of_memory"));
    else watchMemory(member);
  };
  member.cancelWatch = clock().after(MEMORY_CHECK_MS, () => void check());
}

function hire(): Member {
  const worker = new Worker(new URL("./read-worker.ts", import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: config().PARSE_MEMORY_MB, stackSizeMb: 4 },
    env: {},
    // What libraries print of a file stays out of the log.
    stdout: true,
    stderr: true,
  });
  worker.stdout.resume();
  worker.stderr.resume();
  worker.unref();
  const member: Member = { worker, job: null, cancelTimer: () => {}, cancelWatch: () => {} };
  worker.on("message", (answer: WorkerAnswer) => finish(member, answer));
  worker.on("error", (error: Error & { code?: string }) => {
    const outOfMemory = error.code === "ERR_WORKER_OUT_OF_MEMORY";
    if (!outOfMemory) log().warn({ error: error.name, code: error.code }, "a document worker ended");
    void retire(member, refusal(outOfMemory ? "out_of_memory" : "corrupt"));
  });
  worker.on("exit", () => void retire(member, refusal("corrupt")));
  pool().members.push(member);
  return member;
}

function finish(member: Member, answer: WorkerAnswer): void {
  const { job } = member;
  member.job = null;
  member.cancelWatch();
  member.cancelTimer();
  if (job !== null && job.size > LARGE_TASK) {
    void retire(member, stopping()).then(() => job.settle(answer));
    return;
  }
  member.cancelTimer = clock().after(IDLE_MS, () => void retire(member, stopping()));
  job?.settle(answer);
  dispatch();
}

function sizeOf({ input }: WorkerRequest): number {
  if ("bytes" in input) return input.bytes.length;
  return "document" in input ? input.document.text.length : input.length;
}

/** Takes a worker out of the pool and ends it; its task, if any, gets `reason`. */
async function retire(member: Member, reason: Error): Promise<void> {
  const { members } = pool();
  const index = members.indexOf(member);
  if (index < 0) return;
  members.splice(index, 1);
  member.cancelTimer();
  member.cancelWatch();
  const { job } = member;
  member.job = null;
  job?.settle(reason);
  dispatch();
  await member.worker.terminate();
}

function abandon(job: Job): void {
  const { members, waiting } = pool();
  const index = waiting.indexOf(job);
  if (index >= 0) waiting.splice(index, 1);
  const member = members.find((candidate) => candidate.job === job);
  if (!member) return;
  // The caller hears of its own abort, not of what that does to the worker.
  member.job = null;
  void retire(member, stopping());
}

const REFUSALS = {
  timed_out: "Reading the file took too long and was stopped.",
  out_of_memory: "Reading the file needed too much memory and was stopped.",
  corrupt: "The file is damaged and cannot be read.",
} as const;

function refusal(reason: keyof typeof REFUSALS): DocumentRefused {
  return new DocumentRefused(reason, REFUSALS[reason]);
}
