import { type Duplicate, findDuplicates as findRows } from "#server/db/store-file-table";
import type { ServiceContext } from "#server/services/context";
import { requireVectorStore } from "#server/services/vector-stores/vector-store-view";

/**
 * Which of the team's files have the very content of a file that is in the store, byte by byte (SHA-256).
 * @throws AppError not_found for the store, database_unavailable
 */
export async function findDuplicates({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { vectorStoreId: string; fileIds: readonly string[] };
}): Promise<Duplicate[]> {
  const { vectorStoreId, fileIds } = input;
  await requireVectorStore(ctx, vectorStoreId);
  return findRows({ teamId: ctx.principal.teamId, vectorStoreId }, fileIds);
}
