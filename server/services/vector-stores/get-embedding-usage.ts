import { type EmbeddingUsage, listEmbeddingUsage } from "#server/db/embedding-usage";
import type { ServiceContext } from "#server/services/context";
import { requireVectorStore } from "#server/services/vector-stores/vector-store-view";

/**
 * What embedding the passages of a store, and what was searched for in it, took by month (`2026-11`) and model, newest
 * first. A search of several stores by one model counts for the first of them.
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
