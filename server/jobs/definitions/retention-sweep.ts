import { z } from "zod";
import { defineJob, implementJob } from "#server/jobs/queue";
import { sweepOldChatCompletions } from "#server/services/chat-completions/sweep-chat-completions";
import { sweepOldResponses } from "#server/services/responses/sweep-responses";
import { sweepTraces } from "#server/services/traces/sweep-traces";

const type = defineJob({ name: "retention-sweep", schema: z.object({}), options: { schedule: "41 * * * *" } });

/** Removes traces, their content, responses and chat completions beyond their retention, each hour. */
export const retentionSweepJob = implementJob(type, async (_payload, { signal }) => {
  await sweepTraces(signal);
  await sweepOldResponses(signal);
  await sweepOldChatCompletions(signal);
});
