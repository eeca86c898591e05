import { listVectorStores as readVectorStores } from "#server/db/vector-stores";
import type { ListQuery } from "#server/protocol/list";
import type { ServiceContext } from "#server/services/context";
import { toViews, type VectorStoreView } from "#server/services/vector-stores/vector-store-view";

/**
 * The team's vector stores by creation: one more than `limit` when there are more.
 * @throws AppError database_unavailable
 */
export async function listVectorStores({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { query: ListQuery };
}): Promise<VectorStoreView[]> {
  const { teamId } = ctx.principal;
  const rows = await readVectorStores({ ...input.query, limit: input.query.limit + 1, teamId });
  return toViews(teamId, rows);
}
