import { implementJob } from "#server/jobs/queue";
import { buildVectorsJob } from "#server/services/vector-stores/build-job";
import { buildVectors } from "#server/services/vector-stores/build-vectors";

/** Makes a store's vectors by another embedding model, enqueued when it is changed. */
export const buildVectorsDefinition = implementJob(buildVectorsJob, (payload, { signal }) =>
  buildVectors({ input: payload, signal }),
);
