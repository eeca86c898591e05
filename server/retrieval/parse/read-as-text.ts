import { config } from "#server/config";
import { isDocumentRefused, type ParsedDocument } from "#server/retrieval/parse/document";
import { runInWorker, type Urgency } from "#server/retrieval/parse/worker-pool";

/**
 * Reads a file as text, in the parse worker. Pages without text are recognised (OCR) where the configuration and the caller
 * say so, in a task of its own: it may take longer than a parser may. With `mayTake` the bytes may be gone afterwards.
 * Throws DocumentRefused when the file cannot be read, AppError when the server stops, and the signal's reason.
 */
export async function readAsText(
  file: { bytes: Uint8Array; filename: string },
  options: { signal: AbortSignal; urgency: Urgency; recognise: boolean; mayTake?: boolean },
): Promise<ParsedDocument> {
  const { OCR_LANGUAGE: language, OCR_MAX_PAGES: maxPages } = config();
  if (!options.recognise || language === "") {
    const { buffer } = file.bytes;
    const transfer = options.mayTake && buffer instanceof ArrayBuffer ? [buffer] : [];
    return runInWorker("parse", file, { ...options, transfer });
  }
  const read = () => runInWorker("parse", file, options);
  const recognise = () => runInWorker("recognise", { ...file, recognition: { language, maxPages } }, options);
  try {
    const document = await read();
    return document.kind === "pdf" && document.pages.some((page) => page.textless) ? await recognise() : document;
  } catch (error) {
    if (isDocumentRefused(error) && error.reason === "no_text_layer") return recognise();
    throw error;
  }
}
