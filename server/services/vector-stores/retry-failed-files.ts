import { findPresentFiles, listVectorStoreFiles } from "#server/db/vector-store-files";
import type { ServiceContext } from "#server/services/context";
import { addFiles, inIngestTransaction } from "#server/services/vector-stores/add-files";
import { toChunkingObject } from "#server/services/vector-stores/chunking";
import { openVectorStores } from "#server/services/vector-stores/open-vector-stores";

const PAGE = 250;

/**
 * Reads every file of a store that failed again, with the chunking and attributes it has, and answers how many. One that
 * fails anew meanwhile is not taken up a second time.
 * @throws AppError not_found; invalid_request for an expired store; rate_limit_exceeded when too many files wait to be
 *   read: those before it are taken up; database_unavailable
 */
export async function retryFailedFiles({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { vectorStoreId: string };
}): Promise<{ retried: number }> {
  const { vectorStoreId } = input;
  await openVectorStores({ ctx, input: { ids: [vectorStoreId], param: "vectorStoreId" } });
  const store = { teamId: ctx.principal.teamId, vectorStoreId };
  const query = { ...store, limit: PAGE, order: "asc", before: null, status: "failed" } as const;
  let retried = 0;
  let after: string | null = null;
  do {
    const rows = await listVectorStoreFiles({ ...query, after });
    const ids = rows.map((row) => row.fileId);
    retried += await inIngestTransaction(async (tx) => {
      // Read again under lock: a file may have been detached, deleted or taken up by somebody else.
      const present = await findPresentFiles(store, ids, tx);
      const files = present.flatMap(({ fileId, status, attributes, chunkingStrategy }) => {
        const file = { fileId, param: "vectorStoreId", attributes, strategy: toChunkingObject(chunkingStrategy) };
        return status === "failed" ? [file] : [];
      });
      return (await addFiles({ tx, store, files, present: "read anew" })).length;
    });
    after = rows.length === PAGE ? (rows.at(-1)?.fileId ?? null) : null;
  } while (after !== null);
  return { retried };
}
