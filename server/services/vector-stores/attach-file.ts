import { findVectorStoreFile, updateAttributes, type VectorStoreFileRow } from "#server/db/vector-store-files";
import type { Attributes, ChunkingStrategy } from "#server/protocol/vector-stores";
import type { ServiceContext } from "#server/services/context";
import { addFiles, inIngestTransaction } from "#server/services/vector-stores/add-files";
import { sameChunking, toStoredChunking } from "#server/services/vector-stores/chunking";
import { getVectorStore } from "#server/services/vector-stores/get-vector-store";
import { getVectorStoreFile } from "#server/services/vector-stores/get-vector-store-file";

export interface AttachFileInput {
  vectorStoreId: string;
  fileId: string;
  attributes: Attributes;
  strategy: ChunkingStrategy | null;
}

/**
 * Puts a file into a store and has it read. A file that is there and cut the same way is not read again: it only gets
 * the new attributes. One that failed, or is to be cut in another way, is read anew.
 * @throws AppError not_found, database_unavailable
 */
export async function attachFile({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: AttachFileInput;
}): Promise<VectorStoreFileRow> {
  const { teamId } = ctx.principal;
  const { vectorStoreId, fileId, attributes, strategy } = input;
  const store = { teamId, vectorStoreId };
  await getVectorStore({ ctx, input: { vectorStoreId } });
  const present = await findVectorStoreFile({ ...store, fileId });
  if (present && isWanted(present, strategy)) await updateAttributes({ ...store, fileId }, attributes);
  else {
    const file = { fileId, param: "file_id", attributes, strategy };
    await inIngestTransaction((tx) => addFiles({ tx, store, files: [file] }));
  }
  return getVectorStoreFile({ ctx, input: { vectorStoreId, fileId } });
}

function isWanted(present: VectorStoreFileRow, strategy: ChunkingStrategy | null): boolean {
  const usable = present.status === "completed" || present.status === "in_progress";
  return usable && sameChunking(present.chunkingStrategy, toStoredChunking(strategy));
}
