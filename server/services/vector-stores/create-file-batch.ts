import type { z } from "zod";
import { clock } from "#server/clock";
import { type FileBatchRow, insertFileBatch } from "#server/db/file-batches";
import { newId } from "#server/ids";
import type { CreateFileBatchBody } from "#server/protocol/vector-stores";
import type { ServiceContext } from "#server/services/context";
import { addFiles, type FileToAdd, inIngestTransaction } from "#server/services/vector-stores/add-files";
import { getFileBatch } from "#server/services/vector-stores/get-file-batch";
import { openVectorStores } from "#server/services/vector-stores/open-vector-stores";

type Body = z.output<typeof CreateFileBatchBody>;

/**
 * Puts files into a store together and has them read: all of them or none. Files that are there already are treated as
 * when they are attached one by one.
 * @throws AppError not_found for a store or file the team does not have; invalid_request for an expired store;
 *   rate_limit_exceeded when too many files wait to be read; database_unavailable
 */
export async function createFileBatch({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { vectorStoreId: string; body: Body };
}): Promise<FileBatchRow> {
  const { vectorStoreId, body } = input;
  await openVectorStores({ ctx, input: { ids: [vectorStoreId], param: "vector_store_id" } });
  const store = { teamId: ctx.principal.teamId, vectorStoreId };
  const batchId = newId("vectorStoreFileBatch");
  const createdAt = new Date(clock().now());
  await inIngestTransaction(async (tx) => {
    const fileIds = await addFiles({ tx, store, files: filesOf(body), present: "keep" });
    await insertFileBatch({ ...store, batchId }, { fileIds, createdAt }, tx);
  });
  return getFileBatch({ ctx, input: { vectorStoreId, batchId } });
}

function filesOf(body: Body): FileToAdd[] {
  if (body.files) {
    return body.files.map((file, index) => ({
      fileId: file.file_id,
      param: `files[${index}].file_id`,
      attributes: file.attributes ?? {},
      strategy: file.chunking_strategy ?? null,
    }));
  }
  return (body.file_ids ?? []).map((fileId, index) => ({
    fileId,
    param: `file_ids[${index}]`,
    attributes: body.attributes ?? {},
    strategy: body.chunking_strategy ?? null,
  }));
}
