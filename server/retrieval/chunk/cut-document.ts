import type { ChunkOptions, DocumentChunk } from "#server/retrieval/chunk/chunk-document";
import type { ParsedDocument } from "#server/retrieval/parse/document";
import { runInWorker } from "#server/retrieval/parse/worker-pool";

/**
 * Cuts a document in the parse worker; its passages' texts are slices of the document's, which so crosses only once.
 * Throws DocumentRefused `too_large`, AppError when the server stops, and the signal's reason.
 */
export async function cutDocument(
  document: ParsedDocument,
  options: ChunkOptions,
  how: Parameters<typeof runInWorker>[2],
): Promise<DocumentChunk[]> {
  const spans = await runInWorker("chunk", { document, options }, how);
  return spans.map((span) => ({ ...span, text: document.text.slice(span.charStart, span.charEnd) }));
}
