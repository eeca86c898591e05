import { blobKey } from "#server/blobs/blob-store";
import { blobStore } from "#server/blobs/registry";
import { findFileText, saveFileText } from "#server/db/file-texts";
import type { FileRow } from "#server/db/files";
import { isAppError } from "#server/errors";
import { DOCUMENT_KINDS, DocumentRefused, PARSER_VERSION, type ParsedDocument } from "#server/retrieval/parse/document";
import { readAsText } from "#server/retrieval/parse/read-as-text";
import type { Urgency } from "#server/retrieval/parse/worker-pool";
import type { ServiceContext } from "#server/services/context";

/** A document beyond this is not brought into memory. */
const MAX_DOCUMENT_BYTES = 128 * 1024 * 1024;

/**
 * A file's text with its pages and headings: as it is kept, or read now and kept for every store.
 * @throws DocumentRefused when it cannot be read; AppError database_unavailable; the signal's reason
 */
export async function readDocument({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  /** `urgency`: "now" when a caller waits for the answer. `recognise`: whether pages without text are worth OCR's time. */
  input: { file: FileRow; urgency?: Urgency; recognise?: boolean };
}): Promise<ParsedDocument> {
  const { file, recognise = true } = input;
  const scope = { teamId: ctx.principal.teamId, fileId: file.id };
  const kept = await findFileText(scope);
  const kind = DOCUMENT_KINDS.find((known) => known === kept?.kind);
  if (kept !== null && kept.parserVersion === PARSER_VERSION && kind !== undefined) {
    return { kind, text: kept.text, pages: kept.pages, headings: kept.headings };
  }
  if (file.bytes > MAX_DOCUMENT_BYTES) {
    throw new DocumentRefused(
      "too_large",
      `The file is larger than ${MAX_DOCUMENT_BYTES >> 20} MB, too large to be read as a document.`,
    );
  }
  const bytes = await loadBytes(blobKey(scope.teamId, file.id), file.bytes);
  const document = await readAsText(
    { bytes, filename: file.filename },
    { signal: ctx.signal, urgency: input.urgency ?? "soon", recognise, mayTake: true },
  );
  // Ingestion may yet read more from it.
  if (!recognise && document.pages.some((page) => page.textless)) return document;
  await saveFileText(scope, { ...document, parserVersion: PARSER_VERSION });
  return document;
}

async function loadBytes(key: string, size: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  let filled = 0;
  try {
    for await (const piece of await blobStore().get(key)) {
      bytes.set(piece, filled);
      filled += piece.length;
    }
  } catch (error) {
    if (!isAppError(error) || error.code !== "not_found") throw error;
    throw new DocumentRefused("corrupt", "The file's content is lost. Upload it again.", { cause: error });
  }
  return bytes.subarray(0, filled);
}
