import { z } from "zod";
import { defineJob } from "#server/jobs/queue";

/** One import of web pages. */
export const UrlImportPayload = z.object({ teamId: z.string(), importId: z.string() });
export type UrlImportPayload = z.infer<typeof UrlImportPayload>;

/** Enqueued with its import, under the import's `jobId`; run by `jobs/definitions/import-urls.ts`. */
export const urlImportJob = defineJob({
  name: "import-urls",
  schema: UrlImportPayload,
  options: { concurrency: 2, retryLimit: 5, retryDelaySeconds: 2, expireInSeconds: 6 * 3600 },
});
