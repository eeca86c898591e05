import { z } from "zod";
import { defineJob, implementJob } from "#server/jobs/queue";
import { preparePartitions } from "#server/services/traces/prepare-partitions";

const type = defineJob({ name: "trace-partitions", schema: z.object({}), options: { schedule: "17 3 * * *" } });

/** Makes the months ahead, each night. The writer makes them at start as well. */
export const tracePartitionsJob = implementJob(type, async () => {
  await preparePartitions();
});
