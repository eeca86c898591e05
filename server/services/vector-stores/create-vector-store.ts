import type { z } from "zod";
import { clock } from "#server/clock";
import { config } from "#server/config";
import { insertVectorStore } from "#server/db/vector-stores";
import { newId } from "#server/ids";
import type { CreateVectorStoreBody } from "#server/protocol/vector-stores";
import type { ServiceContext } from "#server/services/context";
import { addFiles, inIngestTransaction } from "#server/services/vector-stores/add-files";
import { chooseEmbedding } from "#server/services/vector-stores/choose-embedding";
import { getVectorStore } from "#server/services/vector-stores/get-vector-store";
import { readSearchSettings } from "#server/services/vector-stores/read-search-settings";
import type { VectorStoreView } from "#server/services/vector-stores/vector-store-view";

export type CreateVectorStoreInput = z.output<typeof CreateVectorStoreBody>;

/**
 * Makes a vector store, with files to be read into it when given. The embedding model, that of the configuration
 * unless the request names one, is pinned to the store: vectors of two models cannot be compared.
 * @throws AppError not_found for a file the team does not have, model_not_found, rate_limit_exceeded when too many files
 *   wait to be read, database_unavailable
 */
export async function createVectorStore({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: CreateVectorStoreInput;
}): Promise<VectorStoreView> {
  const { teamId } = ctx.principal;
  const vectorStoreId = newId("vectorStore");
  const createdAt = new Date(clock().now());
  const searchSettings = await readSearchSettings({ ctx, input: { settings: input.search_settings ?? null } });
  const settings = input.embedding ?? { model: config().EMBEDDING_MODEL };
  const pinned = await chooseEmbedding({ ctx, input: { settings, param: "embedding" } });
  await inIngestTransaction(async (tx) => {
    const row = {
      id: vectorStoreId,
      name: input.name ?? "",
      description: input.description ?? null,
      metadata: input.metadata ?? {},
      ...pinned,
      generation: 1,
      indexedGeneration: null,
      expiresAfterDays: input.expires_after?.days ?? null,
      searchSettings,
      chunkingStrategy: null,
      createdAt,
      lastActiveAt: createdAt,
    };
    await insertVectorStore(teamId, row, tx);
    const files = (input.file_ids ?? []).map((fileId, index) => ({ fileId, param: `file_ids[${index}]` }));
    await addFiles({
      tx,
      store: { teamId, vectorStoreId },
      files: files.map((file) => ({ ...file, attributes: {}, strategy: input.chunking_strategy ?? null })),
      present: "read anew",
    });
  });
  return getVectorStore({ ctx, input: { vectorStoreId } });
}
