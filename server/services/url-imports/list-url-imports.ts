import { listUrlImports as listRows } from "#server/db/url-imports";
import type { ServiceContext } from "#server/services/context";
import { toImportViews, type UrlImportView } from "#server/services/url-imports/url-import-view";
import { requireVectorStore } from "#server/services/vector-stores/vector-store-view";

/** An older one that has ended is forgotten when another begins. */
export const KEPT_IMPORTS = 20;

/**
 * The imports of web pages into a store, newest first, with how far each is.
 * @throws AppError not_found for a store the team does not have; database_unavailable
 */
export async function listUrlImports({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { vectorStoreId: string };
}): Promise<UrlImportView[]> {
  const { vectorStoreId } = input;
  const { teamId } = ctx.principal;
  await requireVectorStore(ctx, vectorStoreId);
  return toImportViews(teamId, await listRows({ teamId, vectorStoreId }, KEPT_IMPORTS));
}
