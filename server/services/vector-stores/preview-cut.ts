import { config } from "#server/config";
import { AppError } from "#server/errors";
import type { ChunkingStrategy } from "#server/protocol/vector-stores";
import type { DocumentChunk } from "#server/retrieval/chunk/chunk-document";
import { cutDocument } from "#server/retrieval/chunk/cut-document";
import { isDocumentRefused } from "#server/retrieval/parse/document";
import type { ServiceContext } from "#server/services/context";
import { getFile } from "#server/services/files/get-file";
import { readDocument } from "#server/services/files/read-document";
import { toStoredChunking } from "#server/services/vector-stores/chunking";

/** Passages in one answer. */
const PASSAGES_A_PAGE = 50;

export interface CutPreview {
  /** The sizes that the strategy comes to, in tokens. */
  sizes: { maxChunkSizeTokens: number; chunkOverlapTokens: number };
  count: number;
  /** What would be embedded; shared tokens count for each passage that has them. */
  tokens: number;
  /** Of one passage, in tokens; 0 where there is none. */
  smallest: number;
  median: number;
  largest: number;
  passages: (Pick<DocumentChunk, "text" | "page" | "headingPath" | "tokenCount"> & { ordinal: number })[];
  /** The ordinal that the next passages begin at. */
  next: number | null;
}

/**
 * How a file of the team's would be cut, as ingestion does it; nothing is indexed. Its text is read where it has not been
 * yet, and kept for the ingestion to come. Passages from the ordinal `from` on, at most 50.
 * @throws AppError not_found; invalid_value for a file that cannot be read, with the reason; database_unavailable
 */
export async function previewCut({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { fileId: string; strategy: ChunkingStrategy | null; from: number };
}): Promise<CutPreview> {
  const { fileId, strategy, from } = input;
  const file = await getFile({ ctx, input: { fileId } });
  const sizes = toStoredChunking(strategy, null);
  const options = { ...sizes, filename: file.filename, maxDocumentTokens: config().MAX_DOCUMENT_TOKENS };
  const now = { signal: ctx.signal, urgency: "now" as const };
  try {
    const document = await readDocument({ ctx, input: { file, urgency: now.urgency } });
    return describe(await cutDocument(document, options, now), { sizes, from });
  } catch (error) {
    if (!isDocumentRefused(error)) throw error;
    throw new AppError("invalid_value", error.message, { param: "fileId", cause: error });
  }
}

function describe(
  chunks: readonly DocumentChunk[],
  { sizes, from }: Pick<CutPreview, "sizes"> & { from: number },
): CutPreview {
  const counts = chunks.map((chunk) => chunk.tokenCount).toSorted((a, b) => a - b);
  const end = from + PASSAGES_A_PAGE;
  return {
    sizes,
    count: chunks.length,
    tokens: counts.reduce((sum, count) => sum + count, 0),
    smallest: counts[0] ?? 0,
    median: counts[counts.length >> 1] ?? 0,
    largest: counts.at(-1) ?? 0,
    passages: chunks.slice(from, end).map(({ text, page, headingPath, tokenCount }, index) => ({
      ...{ ordinal: from + index, text, page, headingPath, tokenCount },
    })),
    next: end < chunks.length ? end : null,
  };
}
