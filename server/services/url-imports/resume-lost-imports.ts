import { clock } from "#server/clock";
import { listUnendedImports } from "#server/db/url-imports";
import { enqueueIfLost } from "#server/jobs/queue";
import { log } from "#server/log";
import { urlImportJob } from "#server/services/url-imports/url-import-job";

const PATIENCE_MS = 10 * 60 * 1000;
const BATCH = 50;

/**
 * Enqueues imports anew whose job is gone: it ran out of tries while the server was down.
 * @throws AppError database_unavailable
 */
export async function resumeLostImports(): Promise<void> {
  const before = new Date(clock().now() - PATIENCE_MS);
  let resumed = 0;
  let rows = await listUnendedImports({ before, after: "", limit: BATCH });
  for (let last = rows.at(-1); last !== undefined; last = rows.at(-1)) {
    for (const { jobId, ...payload } of rows) {
      if (await enqueueIfLost(urlImportJob, { id: jobId, payload, priority: 0 })) resumed += 1;
    }
    rows = await listUnendedImports({ before, after: last.importId, limit: BATCH });
  }
  if (resumed > 0) log().warn({ resumed }, "imports whose job was lost go on");
}
