import { z } from "zod";
import { defineJob, implementJob } from "#server/jobs/queue";
import { sweepContainers } from "#server/services/containers/sweep-containers";
import { sweepFiles } from "#server/services/files/sweep-files";
import { endLostRuns } from "#server/services/retrieval-tests/end-lost-runs";
import { sweepUploads } from "#server/services/uploads/sweep-uploads";
import { resumeLostImports } from "#server/services/url-imports/resume-lost-imports";
import { resumeStalledBuilds } from "#server/services/vector-stores/resume-stalled-builds";
import { resumeStalledIngests } from "#server/services/vector-stores/resume-stalled-ingests";
import { sweepGenerations } from "#server/services/vector-stores/sweep-generations";

const type = defineJob({
  name: "documents-sweep",
  schema: z.object({}),
  options: { schedule: "* * * * *", retryLimit: 0 },
});

/** Each minute: uploads that have ended, expired containers and files, bytes without a file, vectors without a reader, and jobs that are lost. */
export const documentsSweepJob = implementJob(type, async (_payload, { signal }) => {
  await sweepUploads(signal);
  await sweepContainers(signal);
  await sweepFiles(signal);
  await resumeStalledIngests();
  await resumeLostImports();
  await resumeStalledBuilds();
  await endLostRuns();
  // Last: it may take long, and nothing waits for it.
  await sweepGenerations(signal);
});
