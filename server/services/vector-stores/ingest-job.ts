import { z } from "zod";
import { config } from "#server/config";
import { defineJob } from "#server/jobs/queue";

/** One ingestion of one file into one store. */
export const IngestPayload = z.object({
  teamId: z.string(),
  vectorStoreId: z.string(),
  fileId: z.string(),
  ingestId: z.string(),
});
export type IngestPayload = z.infer<typeof IngestPayload>;

/** Tries of one ingestion before its file is given up, crashes of the process included. */
export const MAX_ATTEMPTS = 6;

/** Enqueued with its file, under the ingestion's id; run by `jobs/definitions/ingest-file.ts`. */
export const ingestFileJob = defineJob({
  name: "ingest-file",
  schema: IngestPayload,
  options: {
    get concurrency() {
      return config().INGEST_CONCURRENCY;
    },
    retryLimit: MAX_ATTEMPTS - 1,
    retryDelaySeconds: 2,
    expireInSeconds: 3600,
  },
});
