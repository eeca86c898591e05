import type { Attributes, ChunkingStrategy } from "#server/protocol/vector-stores";
import type { ServiceContext } from "#server/services/context";
import { addFiles, inIngestTransaction } from "#server/services/vector-stores/add-files";
import { getVectorStore } from "#server/services/vector-stores/get-vector-store";

export interface AttachFilesInput {
  vectorStoreId: string;
  /** At most 500. */
  fileIds: readonly string[];
  attributes: Attributes;
  strategy: ChunkingStrategy | null;
}

/**
 * Puts files into a store and has each read: all of them or none. One that is there already is read anew.
 * @throws AppError not_found, database_unavailable
 */
export async function attachFiles({ ctx, input }: { ctx: ServiceContext; input: AttachFilesInput }): Promise<void> {
  const { vectorStoreId, fileIds, attributes, strategy } = input;
  await getVectorStore({ ctx, input: { vectorStoreId } });
  const files = fileIds.map((fileId, index) => ({ fileId, param: `fileIds[${index}]`, attributes, strategy }));
  const store = { teamId: ctx.principal.teamId, vectorStoreId };
  await inIngestTransaction((tx) => addFiles({ tx, store, files }));
}
