import { findFileText } from "#server/db/file-texts";
import type { ServiceContext } from "#server/services/context";
import { getVectorStoreFile } from "#server/services/vector-stores/get-vector-store-file";

/** Places in one answer. */
const MAX_PLACES = 500;

/**
 * Where words stand in a file's text, in any case: the first 500 places, in UTF-16 units.
 * @throws AppError not_found, database_unavailable
 */
export async function findInFile({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { vectorStoreId: string; fileId: string; words: string };
}): Promise<{ places: { start: number; end: number }[]; more: boolean }> {
  const { vectorStoreId, fileId, words } = input;
  await getVectorStoreFile({ ctx, input: { vectorStoreId, fileId } });
  const document = await findFileText({ teamId: ctx.principal.teamId, fileId });
  // White space may be a line break in the text; everything else is meant as it is written.
  const escaped = words.split(/\s+/).map((word) => word.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const places: { start: number; end: number }[] = [];
  for (const match of document?.text.matchAll(new RegExp(escaped.join("\\s+"), "giu")) ?? []) {
    if (places.length === MAX_PLACES) return { places, more: true };
    places.push({ start: match.index, end: match.index + match[0].length });
  }
  return { places, more: false };
}
