import type { VectorStoreFileRow } from "#server/db/vector-store-files";
import type { ServiceContext } from "#server/services/context";
import { addFiles, inIngestTransaction } from "#server/services/vector-stores/add-files";
import { toChunkingObject } from "#server/services/vector-stores/chunking";
import { getVectorStoreFile } from "#server/services/vector-stores/get-vector-store-file";

/**
 * Reads a file that failed again, with the chunking and attributes it has. Others stay as they are.
 * @throws AppError not_found, rate_limit_exceeded when too many files wait to be read, database_unavailable
 */
export async function retryFile({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { vectorStoreId: string; fileId: string };
}): Promise<VectorStoreFileRow> {
  const row = await getVectorStoreFile({ ctx, input });
  if (row.status !== "failed" && row.status !== "cancelled") return row;
  const file = {
    fileId: row.fileId,
    param: "file_id",
    attributes: row.attributes,
    strategy: toChunkingObject(row.chunkingStrategy),
  };
  const store = { teamId: ctx.principal.teamId, vectorStoreId: input.vectorStoreId };
  await inIngestTransaction((tx) => addFiles({ tx, store, files: [file], present: "read anew" }));
  return getVectorStoreFile({ ctx, input });
}
