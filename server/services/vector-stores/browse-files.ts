import { browseStoreFiles, type StoreFileFilter, type StoreFileSort } from "#server/db/store-file-table";
import type { VectorStoreFileRow } from "#server/db/vector-store-files";
import type { ServiceContext } from "#server/services/context";
import { requireVectorStore } from "#server/services/vector-stores/vector-store-view";

export interface BrowseFilesInput extends StoreFileFilter {
  vectorStoreId: string;
  sort: StoreFileSort;
  order: "asc" | "desc";
  /** The last file of the page before; one that is not in the store finds nothing. */
  after: string | null;
  limit: number;
}

/**
 * A page of a store's files by status and part of the name, in any order; with the cursor of the next one, or null.
 * @throws AppError not_found, database_unavailable
 */
export async function browseFiles({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: BrowseFilesInput;
}): Promise<{ rows: VectorStoreFileRow[]; nextCursor: string | null }> {
  const { vectorStoreId, ...page } = input;
  await requireVectorStore(ctx, vectorStoreId);
  const found = await browseStoreFiles(
    { teamId: ctx.principal.teamId, vectorStoreId },
    { ...page, limit: page.limit + 1 },
  );
  const rows = found.slice(0, page.limit);
  return { rows, nextCursor: found.length > rows.length ? (rows.at(-1)?.fileId ?? null) : null };
}
