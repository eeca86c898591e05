import { idempotencySweepJob } from "#server/jobs/definitions/idempotency-sweep";
import { lostRunsSweepJob } from "#server/jobs/definitions/lost-runs-sweep";
import { tracePartitionsJob } from "#server/jobs/definitions/trace-partitions";
import { traceSweepJob } from "#server/jobs/definitions/trace-sweep";
import type { JobDefinition } from "#server/jobs/queue";

/** Every job that this server runs. */
export const jobDefinitions: Readonly<Record<string, JobDefinition>> = {
  "idempotency-sweep": idempotencySweepJob,
  "lost-runs-sweep": lostRunsSweepJob,
  "trace-partitions": tracePartitionsJob,
  "trace-sweep": traceSweepJob,
};
