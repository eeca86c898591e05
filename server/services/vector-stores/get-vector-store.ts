import { findVectorStore } from "#server/db/vector-stores";
import type { ServiceContext } from "#server/services/context";
import { toViews, type VectorStoreView, vectorStoreNotFound } from "#server/services/vector-stores/vector-store-view";

/**
 * The team's vector store with its totals.
 * @throws AppError not_found, database_unavailable
 */
export async function getVectorStore({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { vectorStoreId: string };
}): Promise<VectorStoreView> {
  const { teamId } = ctx.principal;
  const row = await findVectorStore({ teamId, vectorStoreId: input.vectorStoreId });
  const [view] = row === null ? [] : await toViews(teamId, [row]);
  if (view === undefined) throw vectorStoreNotFound(input.vectorStoreId);
  return view;
}
