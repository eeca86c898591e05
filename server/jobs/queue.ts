import { fromPrisma, PgBoss } from "pg-boss";
import type { z } from "zod";
import { clock } from "#server/clock";
import { config } from "#server/config";
import { connectionSettings, onCommit, type TransactionClient } from "#server/db/client";
import { addReadinessCheck } from "#server/db/health";
import { errorFacts, log } from "#server/log";

export interface JobOptions {
  /** How many run at once in this process. */
  concurrency?: number;
  /** Tries after the first. */
  retryLimit?: number;
  /** Before the first retry; doubles with each. */
  retryDelaySeconds?: number;
  /** A job that runs longer is taken away and tried again. */
  expireInSeconds?: number;
  /** Cron expression in UTC: a job with an empty payload is enqueued by itself, once for all nodes. */
  schedule?: string;
}

/** A kind of job: its queue's name, the shape of its payload, and how it is run. */
export interface JobType<P> {
  readonly name: string;
  readonly schema: z.ZodType<P>;
  readonly options: JobOptions;
}

/** What a job's handler is told beside its payload. */
export interface JobContext {
  jobId: string;
  /** 0 at the first try. */
  attempt: number;
  /** Tries left after this one. */
  attemptsLeft: number;
  /** Aborted when the process stops or the job's time is over. */
  signal: AbortSignal;
}

/** A job type with the code that runs it; listed in `definitions/all.ts`. */
export interface JobDefinition {
  readonly type: Pick<JobType<unknown>, "name" | "options">;
  run(data: unknown, context: JobContext): Promise<void>;
}

export interface EnqueueOptions {
  /** The job exists only if this transaction commits. */
  tx?: TransactionClient;
  startAfterSeconds?: number;
  /** Higher first; 0 by default. */
  priority?: number;
  /** A UUID, with or without dashes; nothing is added where a job has it. One is made up by default. */
  id?: string;
}

/** A dead worker's job is missed after this many seconds, and found at the next look. */
const HEARTBEAT_SECONDS = 10;
const SUPERVISE_SECONDS = 5;
/** An id that no job has. */
const NO_JOB = "00000000-0000-0000-0000-000000000000";
const COMPLAIN_EVERY_MS = 5_000;
const POOL_MAX = 4;
const EMBEDDED_POOL_MAX = 2;

interface Queue {
  boss: PgBoss;
  /** Queues that exist in the database already. */
  made: Map<string, Promise<void>>;
  /** Makes this process's workers of a queue look for jobs now; set by the workers. */
  wake: (name: string) => void;
  removeCheck: () => void;
}

const holder = globalThis as typeof globalThis & { rejoinderQueue?: Queue };

/** Names a kind of job. `schema` is checked when a job is enqueued and again when it is run. */
export function defineJob<P>(type: { name: string; schema: z.ZodType<P>; options?: JobOptions }): JobType<P> {
  return { name: type.name, schema: type.schema, options: type.options ?? {} };
}

/** Joins a job type to its handler. A handler that throws is tried again, and may be run twice: it must bear that. */
export function implementJob<P>(
  type: JobType<P>,
  run: (payload: P, context: JobContext) => Promise<void>,
): JobDefinition {
  return { type, run: (data, context) => run(type.schema.parse(data), context) };
}

/** The queue of this process, once it is started. */
export function queue(): Queue {
  if (!holder.rejoinderQueue) throw new Error("The job queue is not started: startQueue() comes first.");
  return holder.rejoinderQueue;
}

/**
 * Connects the job queue to the open database and makes its tables. Native nodes wake each other with LISTEN/NOTIFY;
 * the embedded database delivers none, so there enqueuing wakes this process's workers itself.
 */
export async function startQueue(): Promise<void> {
  if (holder.rejoinderQueue) return;
  const { embedded } = config();
  const { host, user, database, connectionString, options } = connectionSettings();
  const boss = new PgBoss({
    ...(connectionString ? { connectionString } : { host, user, database }),
    options,
    max: embedded ? EMBEDDED_POOL_MAX : POOL_MAX,
    application_name: "rejoinder-jobs",
    useListenNotify: !embedded,
    superviseIntervalSeconds: SUPERVISE_SECONDS,
    monitorIntervalSeconds: SUPERVISE_SECONDS,
    // Rebuilding indexes concurrently and reading vacuum's state mean nothing to a single session.
    reindex: !embedded,
    monitorVacuum: !embedded,
  });
  boss.on("error", complainSparingly());
  boss.on("warning", ({ message }) => log().warn({ warning: message }, "job queue"));
  await boss.start();
  const removeCheck = addReadinessCheck("queue", async () => (await boss.schemaVersion()) !== null);
  holder.rejoinderQueue = { boss, made: new Map(), wake: () => {}, removeCheck };
}

/** Logs errors at most every five seconds, with how many there were: while the database is away each poll has one. */
function complainSparingly(): (error: unknown) => void {
  let errors = 0;
  let complainedAt = Number.NEGATIVE_INFINITY;
  return (error) => {
    errors += 1;
    const now = clock().now();
    if (now - complainedAt < COMPLAIN_EVERY_MS) return;
    complainedAt = now;
    log().error({ ...errorFacts(error), errors }, "job queue");
    errors = 0;
  };
}

/** Ends the queue's connections. Jobs stay in the database. */
export async function stopQueue(): Promise<void> {
  const running = holder.rejoinderQueue;
  if (!running) return;
  holder.rejoinderQueue = undefined;
  running.removeCheck();
  await running.boss.stop({ graceful: false });
}

/** Makes the queue of a job type in the database, once; its options are brought up to date. */
export function ensureQueue({ name, options }: JobDefinition["type"]): Promise<void> {
  const { made, boss } = queue();
  const making = made.get(name) ?? makeQueue(boss, name, options);
  making.catch(() => made.delete(name));
  made.set(name, making);
  return making;
}

async function makeQueue(boss: PgBoss, name: string, options: JobOptions): Promise<void> {
  const settings = {
    notify: !config().embedded,
    heartbeatSeconds: HEARTBEAT_SECONDS,
    retryLimit: options.retryLimit ?? 3,
    retryDelay: options.retryDelaySeconds ?? 1,
    retryBackoff: true,
    expireInSeconds: options.expireInSeconds ?? 900,
    deleteAfterSeconds: 24 * 3600,
  };
  await boss.createQueue(name, settings);
  await boss.updateQueue(name, settings);
  // The queue's facts must be known before a transaction enqueues: read inside one, on the embedded database, they
  // would wait for its end, and it for them.
  await boss.findJobs(name, { id: NO_JOB });
  if (options.schedule) await boss.schedule(name, options.schedule, {});
}

/** Takes back the schedules of jobs that no definition names any more: what an older version left in the database. */
export async function dropOtherSchedules(scheduled: ReadonlySet<string>): Promise<void> {
  const { boss } = queue();
  for (const { name, key } of await boss.getSchedules()) {
    if (scheduled.has(name)) continue;
    await boss.unschedule(name, key);
    log().info({ job: name }, "dropped a schedule that no job has any more");
  }
}

/** True while a job waits to be run, tried again included, or runs. */
export async function isJobAlive(type: Pick<JobType<unknown>, "name" | "options">, jobId: string): Promise<boolean> {
  await ensureQueue(type);
  const [job] = await queue().boss.findJobs(type.name, { id: jobId });
  return job?.state === "created" || job?.state === "retry" || job?.state === "active";
}

/**
 * Adds a job; workers of every node hear of it at once. Returns its id.
 * Throws a ZodError when the payload does not fit the job type.
 */
export async function enqueue<P>(type: JobType<P>, payload: P, options: EnqueueOptions = {}): Promise<string | null> {
  const { boss, wake } = queue();
  const data = type.schema.parse(payload);
  await ensureQueue(type);
  const { tx, startAfterSeconds, priority, id: ownId } = options;
  const id = await boss.send(
    type.name,
    { payload: data },
    {
      ...(tx && { db: fromPrisma(tx) }),
      ...(startAfterSeconds !== undefined && { startAfter: startAfterSeconds }),
      ...(priority !== undefined && { priority }),
      ...(ownId !== undefined && { id: ownId }),
    },
  );
  if (config().embedded) {
    if (tx) onCommit(tx, () => wake(type.name));
    else wake(type.name);
  }
  return id;
}

/** A job under an id of the caller's: a UUID, with or without dashes. */
export interface NamedJob<P> {
  id: string;
  payload: P;
  /** Higher first. */
  priority: number;
}

/**
 * Adds a job again under its id, unless it still waits or runs. Answers whether it was added.
 * Throws a ZodError when the payload does not fit the job type.
 */
export async function enqueueIfLost<P>(type: JobType<P>, { id, payload, priority }: NamedJob<P>): Promise<boolean> {
  if (await isJobAlive(type, id)) return false;
  // One that has ended is kept for a day, and would keep the id.
  await queue().boss.deleteJob(type.name, id);
  return (await enqueue(type, payload, { id, priority })) !== null;
}

/**
 * Adds many jobs of a type in one statement; they exist only if the transaction commits.
 * Throws a ZodError when a payload does not fit the job type.
 */
export async function enqueueAll<P>(
  type: JobType<P>,
  named: readonly NamedJob<P>[],
  tx: TransactionClient,
): Promise<void> {
  const { boss, wake } = queue();
  const jobs = named.map(({ id, payload, priority }) => ({
    id,
    data: { payload: type.schema.parse(payload) },
    priority,
  }));
  await ensureQueue(type);
  await boss.insert(type.name, jobs, { db: fromPrisma(tx) });
  if (config().embedded) onCommit(tx, () => wake(type.name));
}
