import { type EmbeddingUsage, listEmbeddingUsage } from "#server/db/embedding-usage";
import type { ServiceContext } from "#server/services/context";
import { requireVectorStore } from "#server/services/vector-stores/vector-store-view";

/**
 * What embedding the passages of a store took, by month (`2026-11`) and model, newest first. Searches are not in it.
 * @throws AppError not_found, database_unavailable
 */
export async function getEmbeddingUsage({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { vectorStoreId: string };
}): Promise<(EmbeddingUsage & { month: string })[]> {
  const { vectorStoreId } = input;
  await requireVectorStore(ctx, vectorStoreId);
  return listEmbeddingUsage({ teamId: ctx.principal.teamId, vectorStoreId });
}
