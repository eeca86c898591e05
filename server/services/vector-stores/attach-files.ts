import type { Attributes, ChunkingStrategy } from "#server/protocol/vector-stores";
import type { ServiceContext } from "#server/services/context";
import { addFiles, inIngestTransaction } from "#server/services/vector-stores/add-files";
import { openVectorStores } from "#server/services/vector-stores/open-vector-stores";

export interface AttachFilesInput {
  vectorStoreId: string;
  /** At most 500. */
  fileIds: readonly string[];
  attributes: Attributes;
  strategy: ChunkingStrategy | null;
}

/**
 * Puts files into a store and has each read: all of them or none. One that is there already is read anew.
 * @throws AppError not_found; invalid_request for an expired store; rate_limit_exceeded when too many files wait to be
 *   read; database_unavailable
 */
export async function attachFiles({ ctx, input }: { ctx: ServiceContext; input: AttachFilesInput }): Promise<void> {
  const { vectorStoreId, fileIds, attributes, strategy } = input;
  await openVectorStores({ ctx, input: { ids: [vectorStoreId], param: "vectorStoreId" } });
  const files = fileIds.map((fileId, index) => ({ fileId, param: `fileIds[${index}]`, attributes, strategy }));
  const store = { teamId: ctx.principal.teamId, vectorStoreId };
  await inIngestTransaction((tx) => addFiles({ tx, store, files, present: "read anew" }));
}
