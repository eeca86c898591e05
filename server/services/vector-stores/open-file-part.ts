import type { ChunkRow } from "#server/db/chunks";
import { findChunkStart, listChunksWithin } from "#server/db/file-parts";
import { findFileText } from "#server/db/file-texts";
import type { ServiceContext } from "#server/services/context";
import { type DocumentPart, partAt, partStarts } from "#server/services/vector-stores/file-parts";
import { getVectorStoreFile } from "#server/services/vector-stores/get-vector-store-file";

export interface FilePart extends DocumentPart {
  /** What the file was read as: `pdf`, `markdown`, ... */
  kind: string;
  text: string;
  /** What touches this part, in order. */
  chunks: ChunkRow[];
  /** Where the parts before and after begin. */
  before: number | null;
  after: number | null;
  /** False when a chunk was asked for that the file no longer has: it was cut anew. */
  found: boolean;
}

/**
 * The part of a file's text that holds a chunk or a place, with the chunks that touch it; null while it has not been read.
 * @throws AppError not_found, database_unavailable
 */
export async function openFilePart({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  /** `offset` in UTF-16 units; a chunk goes before, and a page that the text has. */
  input: { vectorStoreId: string; fileId: string; chunkId: string | null; page: number | null; offset: number };
}): Promise<FilePart | null> {
  const { vectorStoreId, fileId, chunkId, page } = input;
  const scope = { teamId: ctx.principal.teamId, vectorStoreId, fileId };
  await getVectorStoreFile({ ctx, input: { vectorStoreId, fileId } });
  const document = await findFileText(scope);
  if (document === null) return null;
  const chunkStart = chunkId === null ? null : await findChunkStart(scope, chunkId);
  const pageStart = document.pages.find((each) => each.page === page)?.start;
  const part = partAt(document, chunkStart ?? pageStart ?? input.offset);
  const starts = partStarts(document);
  return {
    ...part,
    kind: document.kind,
    text: document.text.slice(part.start, part.end),
    chunks: await listChunksWithin(scope, { start: part.start, end: part.end }),
    before: starts[part.index - 1] ?? null,
    after: starts[part.index + 1] ?? null,
    found: chunkId === null || chunkStart !== null,
  };
}
