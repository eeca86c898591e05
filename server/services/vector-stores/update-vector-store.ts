import { clock } from "#server/clock";
import { updateVectorStore as updateRow, type VectorStoreChange } from "#server/db/vector-stores";
import type { ServiceContext } from "#server/services/context";
import { toViews, type VectorStoreView, vectorStoreNotFound } from "#server/services/vector-stores/vector-store-view";

export interface UpdateVectorStoreInput {
  vectorStoreId: string;
  /** In each: absent leaves as it is, null takes away. */
  name?: string | null | undefined;
  expiresAfterDays?: number | null | undefined;
  metadata?: Record<string, string> | null | undefined;
}

/**
 * Changes a store's name, expiry or metadata. It counts as a use of the store.
 * @throws AppError not_found, database_unavailable
 */
export async function updateVectorStore({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: UpdateVectorStoreInput;
}): Promise<VectorStoreView> {
  const { teamId } = ctx.principal;
  const { vectorStoreId, name, expiresAfterDays, metadata } = input;
  const change: VectorStoreChange = {
    ...(name === undefined ? {} : { name: name ?? "" }),
    ...(expiresAfterDays === undefined ? {} : { expiresAfterDays }),
    ...(metadata === undefined ? {} : { metadata: metadata ?? {} }),
    lastActiveAt: new Date(clock().now()),
  };
  const row = await updateRow({ teamId, vectorStoreId }, change);
  const [view] = row === null ? [] : await toViews(teamId, [row]);
  if (view === undefined) throw vectorStoreNotFound(vectorStoreId);
  return view;
}
