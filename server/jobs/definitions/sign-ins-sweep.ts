import { z } from "zod";
import { defineJob, implementJob } from "#server/jobs/queue";
import { sweepSignIns } from "#server/services/accounts/sweep-sign-ins";

const type = defineJob({ name: "sign-ins-sweep", schema: z.object({}), options: { schedule: "11 * * * *" } });

/** Removes sessions that ended long ago and counts of failed sign-ins, each hour. */
export const signInsSweepJob = implementJob(type, async () => {
  await sweepSignIns();
});
