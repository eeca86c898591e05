import { inTransaction } from "#server/db/client";
import { mapped } from "#server/db/mapped";
import { resetFailedPages } from "#server/db/url-import-pages";
import { changeUrlImport } from "#server/db/url-imports";
import { timeOrderedHex } from "#server/ids";
import { enqueueAll, ensureQueue } from "#server/jobs/queue";
import type { ServiceContext } from "#server/services/context";
import { urlImportJob } from "#server/services/url-imports/url-import-job";
import { requireUrlImport } from "#server/services/url-imports/url-import-view";

/**
 * Has an import that has ended go on with the pages that failed or were still waiting, and with a sitemap that could not
 * be read. One that runs is left to itself.
 * @throws AppError not_found, database_unavailable
 */
export async function retryUrlImport({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { importId: string };
}): Promise<void> {
  const { importId } = input;
  await requireUrlImport(ctx, importId);
  const scope = { teamId: ctx.principal.teamId, importId };
  const jobId = timeOrderedHex();
  await ensureQueue(urlImportJob);
  await mapped(() =>
    inTransaction(async (tx) => {
      const set = { status: "in_progress", errorMessage: null, endedAt: null, jobId } as const;
      if (!(await changeUrlImport(scope, ["completed", "failed", "cancelled"], { tx, set }))) return;
      await resetFailedPages(scope, tx);
      await enqueueAll(urlImportJob, [{ id: jobId, payload: scope, priority: 0 }], tx);
    }),
  );
}
