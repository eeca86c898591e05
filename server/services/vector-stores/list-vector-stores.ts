import { listVectorStores as readVectorStores } from "#server/db/vector-stores";
import type { ListQuery } from "#server/protocol/list";
import type { ServiceContext } from "#server/services/context";
import { type Page, readPage } from "#server/services/read-page";
import { toViews, type VectorStoreView } from "#server/services/vector-stores/vector-store-view";

/**
 * A page of the team's vector stores by creation.
 * @throws AppError database_unavailable
 */
export async function listVectorStores({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { query: ListQuery };
}): Promise<Page<VectorStoreView>> {
  const { teamId } = ctx.principal;
  const page = await readPage(input.query, (query) => readVectorStores({ ...query, teamId }));
  return { ...page, rows: await toViews(teamId, page.rows) };
}
