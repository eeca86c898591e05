import { implementJob } from "#server/jobs/queue";
import { ingestFile } from "#server/services/vector-stores/ingest-file";
import { ingestFileJob } from "#server/services/vector-stores/ingest-job";

/** Reads a file into a vector store, enqueued when it is attached. */
export const ingestFileDefinition = implementJob(ingestFileJob, (payload, { signal }) =>
  ingestFile({ input: payload, signal }),
);
