import { clock } from "#server/clock";
import { updateVectorStore as updateRow, type VectorStoreChange } from "#server/db/vector-stores";
import type { SearchSettings } from "#server/protocol/vector-stores";
import type { ServiceContext } from "#server/services/context";
import { readSearchSettings } from "#server/services/vector-stores/read-search-settings";
import { toViews, type VectorStoreView, vectorStoreNotFound } from "#server/services/vector-stores/vector-store-view";

export interface UpdateVectorStoreInput {
  vectorStoreId: string;
  /** In each: absent leaves as it is, null takes away. */
  name?: string | null | undefined;
  expiresAfterDays?: number | null | undefined;
  metadata?: Record<string, string> | null | undefined;
  searchSettings?: SearchSettings | null | undefined;
}

/**
 * Changes a store's name, expiry, metadata or search settings. It counts as a use of the store.
 * @throws AppError not_found, model_not_found, database_unavailable
 */
export async function updateVectorStore({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: UpdateVectorStoreInput;
}): Promise<VectorStoreView> {
  const { teamId } = ctx.principal;
  const { vectorStoreId, name, expiresAfterDays, metadata, searchSettings } = input;
  const change: VectorStoreChange = {
    ...(name === undefined ? {} : { name: name ?? "" }),
    ...(expiresAfterDays === undefined ? {} : { expiresAfterDays }),
    ...(metadata === undefined ? {} : { metadata: metadata ?? {} }),
    ...(searchSettings === undefined
      ? {}
      : { searchSettings: await readSearchSettings({ ctx, input: { settings: searchSettings } }) }),
    lastActiveAt: new Date(clock().now()),
  };
  const row = await updateRow({ teamId, vectorStoreId }, change);
  const [view] = row === null ? [] : await toViews(teamId, [row]);
  if (view === undefined) throw vectorStoreNotFound(vectorStoreId);
  return view;
}
