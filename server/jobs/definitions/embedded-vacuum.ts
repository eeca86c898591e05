import { z } from "zod";
import { defineJob, implementJob } from "#server/jobs/queue";
import { vacuumEmbedded } from "#server/services/maintenance/vacuum-embedded";

const type = defineJob({
  name: "embedded-vacuum",
  schema: z.object({}),
  options: { schedule: "*/5 * * * *", retryLimit: 0 },
});

/** Every five minutes: what autovacuum does on a native Postgres. */
export const embeddedVacuumJob = implementJob(type, async (_payload, { signal }) => {
  await vacuumEmbedded(signal);
});
