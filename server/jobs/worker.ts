import { dropOtherSchedules, ensureQueue, type JobDefinition, queue } from "#server/jobs/queue";
import { errorFacts, log } from "#server/log";

const holder = globalThis as typeof globalThis & { rejoinderWorkers?: Map<string, string[]> };

/**
 * New jobs wake a worker: by a notification, or embedded by whoever enqueues. Polling finds what nobody announces:
 * a retry whose delay is over, a dead process's job, a scheduled one.
 */
const POLLING_SECONDS = 2;
/** The other workers of a queue, which cost as much each while there is nothing to do. */
const FURTHER_POLLING_SECONDS = 10;
/** Jobs that run longer than this into a shutdown are taken back and started again, here later or by another process. */
const STOP_PATIENCE_MS = 5_000;

/** Starts running these kinds of jobs in this process. The queue is started. */
export async function startWorkers(definitions: readonly JobDefinition[]): Promise<void> {
  if (holder.rejoinderWorkers) return;
  const workers = new Map<string, string[]>();
  holder.rejoinderWorkers = workers;
  const running = queue();
  running.wake = (name) => {
    for (const id of workers.get(name) ?? []) running.boss.notifyWorker(id);
  };
  const scheduled = definitions.filter(({ type }) => type.options.schedule !== undefined);
  await dropOtherSchedules(new Set(scheduled.map(({ type }) => type.name)));
  for (const definition of definitions) {
    await ensureQueue(definition.type);
    const count = definition.type.options.concurrency ?? 1;
    const ids: string[] = [];
    workers.set(definition.type.name, ids);
    for (let started = 0; started < count; started++) await startWorker(definition, ids);
  }
}

/** One worker takes one job at a time; several make up a definition's concurrency. */
async function startWorker(definition: JobDefinition, ids: string[]): Promise<void> {
  const { boss } = queue();
  const { name, options } = definition.type;
  const own: { id: string | null } = { id: null };
  const pollingSeconds = ids.length === 0 ? POLLING_SECONDS : FURTHER_POLLING_SECONDS;
  const settings = {
    batchSize: 1,
    includeMetadata: true as const,
    pollingIntervalSeconds: pollingSeconds,
    notifyPollingIntervalSeconds: pollingSeconds,
  };
  own.id = await boss.work<{ payload?: unknown }, void, typeof settings>(name, settings, async ([job]) => {
    // Look again right after this job: a notification wakes once, however many jobs wait.
    if (own.id) boss.notifyWorker(own.id);
    if (!job) return;
    const attempt = job.retryCount;
    const context = {
      jobId: job.id,
      attempt,
      attemptsLeft: Math.max(0, (options.retryLimit ?? 3) - attempt),
      signal: job.signal,
    };
    try {
      await definition.run(job.data?.payload ?? {}, context);
    } catch (error) {
      const facts = errorFacts(error);
      log().error({ ...facts, job: name, jobId: job.id, attempt }, "a job failed");
      // The queue keeps what is thrown here, and a message may quote content.
      throw new Error([facts.name, facts.code].filter(Boolean).join(" "));
    }
  });
  ids.push(own.id);
}

/** Takes no further jobs; those that run go on. */
export function pauseWorkers(): void {
  const workers = holder.rejoinderWorkers;
  if (!workers) return;
  const { boss } = queue();
  for (const name of workers.keys()) {
    boss
      .offWork(name, { wait: false })
      .catch((error: unknown) => log().warn({ ...errorFacts(error), job: name }, "a worker could not be paused"));
  }
}

/** Takes no further jobs and waits five seconds for the running ones; the rest is tried again. */
export async function stopWorkers(): Promise<void> {
  const workers = holder.rejoinderWorkers;
  if (!workers) return;
  holder.rejoinderWorkers = undefined;
  const { boss } = queue();
  const stopped = Promise.all([...workers.keys()].map((name) => boss.offWork(name, { wait: true })));
  const late = AbortSignal.timeout(STOP_PATIENCE_MS);
  await Promise.race([stopped, new Promise((resolve) => late.addEventListener("abort", resolve, { once: true }))]);
}
