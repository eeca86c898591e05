import type { VectorStoreFileRow } from "#server/db/vector-store-files";
import type { Attributes, ChunkingStrategy } from "#server/protocol/vector-stores";
import type { ServiceContext } from "#server/services/context";
import { addFiles, inIngestTransaction } from "#server/services/vector-stores/add-files";
import { getVectorStoreFile } from "#server/services/vector-stores/get-vector-store-file";
import { openVectorStores } from "#server/services/vector-stores/open-vector-stores";

export interface AttachFileInput {
  vectorStoreId: string;
  fileId: string;
  attributes: Attributes;
  strategy: ChunkingStrategy | null;
}

/**
 * Puts a file into a store and has it read. A file that is there and cut the same way is not read again: it only gets
 * the new attributes. One that failed, or is to be cut in another way, is read anew.
 * @throws AppError not_found; invalid_request for an expired store; rate_limit_exceeded when too many files wait to be
 *   read; database_unavailable
 */
export async function attachFile({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: AttachFileInput;
}): Promise<VectorStoreFileRow> {
  const { vectorStoreId, fileId, attributes, strategy } = input;
  await openVectorStores({ ctx, input: { ids: [vectorStoreId], param: "vector_store_id" } });
  const store = { teamId: ctx.principal.teamId, vectorStoreId };
  const file = { fileId, param: "file_id", attributes, strategy };
  await inIngestTransaction((tx) => addFiles({ tx, store, files: [file], present: "keep" }));
  return getVectorStoreFile({ ctx, input: { vectorStoreId, fileId } });
}
