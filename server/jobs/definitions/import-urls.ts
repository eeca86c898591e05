import { implementJob } from "#server/jobs/queue";
import { performUrlImport } from "#server/services/url-imports/perform-url-import";
import { urlImportJob } from "#server/services/url-imports/url-import-job";

/** Fetches the pages of an import, enqueued when it is asked for. */
export const importUrlsDefinition = implementJob(urlImportJob, (payload, { signal }) =>
  performUrlImport({ input: payload, signal }),
);
