import { inTransaction } from "#server/db/client";
import { findPresentFiles, replaceAttributes } from "#server/db/vector-store-files";
import { validate } from "#server/protocol/validate";
import { Attributes } from "#server/protocol/vector-stores";
import type { ServiceContext } from "#server/services/context";
import { requireVectorStore } from "#server/services/vector-stores/vector-store-view";

export interface AttributeChange {
  vectorStoreId: string;
  fileIds: readonly string[];
  /** Values to give; other attributes stay. */
  set: Attributes;
  /** Names of attributes to take away, before. */
  remove: readonly string[];
}

/**
 * Changes some attributes of files in a store, of all files or none; searches see them at once. What is not in the store
 * is passed over. Answers how many were.
 * @throws AppError not_found for the store; invalid_value when a file would have too many; database_unavailable
 */
export async function changeAttributes({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: AttributeChange;
}): Promise<{ changed: number }> {
  const { vectorStoreId, fileIds } = input;
  await requireVectorStore(ctx, vectorStoreId);
  const store = { teamId: ctx.principal.teamId, vectorStoreId };
  const removed = new Set(input.remove);
  return inTransaction(async (tx) => {
    const rows = await findPresentFiles(store, fileIds, tx);
    const files = rows.map(({ fileId, attributes }) => {
      const kept = Object.entries(attributes).filter(([name]) => !removed.has(name));
      return { fileId, attributes: validate(Attributes, { ...Object.fromEntries(kept), ...input.set }) };
    });
    if (files.length > 0) await replaceAttributes(store, files, tx);
    return { changed: files.length };
  });
}
