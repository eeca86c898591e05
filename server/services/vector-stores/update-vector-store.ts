import type { z } from "zod";
import { clock } from "#server/clock";
import { updateVectorStore as updateRow, type VectorStoreChange } from "#server/db/vector-stores";
import type { UpdateVectorStoreBody } from "#server/protocol/vector-stores";
import type { ServiceContext } from "#server/services/context";
import { changeEmbedding } from "#server/services/vector-stores/change-embedding";
import { toStoredChunking } from "#server/services/vector-stores/chunking";
import { readSearchSettings } from "#server/services/vector-stores/read-search-settings";
import { toViews, type VectorStoreView, vectorStoreNotFound } from "#server/services/vector-stores/vector-store-view";

export interface UpdateVectorStoreInput {
  vectorStoreId: string;
  /** In each field: absent leaves as it is, null takes away. */
  change: z.output<typeof UpdateVectorStoreBody>;
}

/**
 * Changes a store's name, expiry, metadata, search settings, or how files are cut from now on, and begins the change of its
 * embedding model. It counts as a use of the store.
 * @throws AppError not_found, model_not_found, invalid_value, what changeEmbedding throws, database_unavailable
 */
export async function updateVectorStore({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: UpdateVectorStoreInput;
}): Promise<VectorStoreView> {
  const { teamId } = ctx.principal;
  const { vectorStoreId } = input;
  const { name, metadata, expires_after: expiry, search_settings: settings } = input.change;
  const { chunking_strategy: strategy } = input.change;
  const change: VectorStoreChange = {
    ...(name === undefined ? {} : { name: name ?? "" }),
    ...(expiry === undefined ? {} : { expiresAfterDays: expiry?.days ?? null }),
    ...(metadata === undefined ? {} : { metadata: metadata ?? {} }),
    ...(settings === undefined ? {} : { searchSettings: await readSearchSettings({ ctx, input: { settings } }) }),
    ...(strategy === undefined
      ? {}
      : { chunkingStrategy: strategy?.type === "static" ? toStoredChunking(strategy, null) : null }),
    lastActiveAt: new Date(clock().now()),
  };
  const { embedding } = input.change;
  if (embedding !== undefined) await changeEmbedding({ ctx, input: { vectorStoreId, embedding } });
  const row = await updateRow({ teamId, vectorStoreId }, change);
  const [view] = row === null ? [] : await toViews(teamId, [row]);
  if (view === undefined) throw vectorStoreNotFound(vectorStoreId);
  return view;
}
