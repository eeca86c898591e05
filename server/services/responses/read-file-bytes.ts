import { fileTypeFromBuffer } from "file-type";
import type { ReadableFile } from "#server/engine/model-input";
import { AppError } from "#server/errors";
import { log } from "#server/log";
import { isDocumentRefused, type ParsedDocument } from "#server/retrieval/parse/document";
import { readAsText } from "#server/retrieval/parse/read-as-text";
import { runInWorker } from "#server/retrieval/parse/worker-pool";
import type { ServiceContext } from "#server/services/context";
import { readDocument } from "#server/services/files/read-document";
import type { FileSource } from "#server/services/responses/file-sources";
import type { FileBytes } from "#server/services/responses/open-file-source";

/** What models with vision take. */
const IMAGE_TYPES = ["image/png", "image/jpeg", "image/webp", "image/gif"];
/** Where every one of their signatures stands. */
const SIGNATURE_BYTES = 4_100;

/** Of pages without text, by their numbers. */
const MAX_NAMED_PAGES = 50;

async function imageTypeOf(bytes: Uint8Array): Promise<string | null> {
  const type = await fileTypeFromBuffer(bytes.subarray(0, SIGNATURE_BYTES));
  return type !== undefined && IMAGE_TYPES.includes(type.mime) ? type.mime : null;
}

/** The type is told by the bytes: vendors refuse an image that is called by a wrong one, as clients often do. */
function toDataUrl(mediaType: string, { bytes, base64 }: Pick<FileBytes, "bytes" | "base64">): string {
  return `data:${mediaType};base64,${base64 ?? Buffer.from(bytes).toString("base64")}`;
}

/**
 * An image as a data URL.
 * @throws AppError invalid_value when it is no PNG, JPEG, WebP or GIF
 */
export async function readImage(source: FileSource, content: FileBytes): Promise<string> {
  const mediaType = await imageTypeOf(content.bytes);
  if (mediaType !== null) return toDataUrl(mediaType, content);
  const message = "This is no image that models take. Supported are PNG, JPEG, WebP and GIF.";
  throw new AppError("invalid_value", message, { param: source.param });
}

export interface ReadOptions {
  ctx: ServiceContext;
  source: FileSource;
  content: FileBytes;
  /** Pages of a PDF to show as images; 0 for models without vision. */
  maxPages: number;
}

/**
 * A document as a model can read it: its text by the parsers of ingestion and, for models with vision, a PDF's first
 * pages as images. A scanned PDF is its pages alone. A file that is an image is that image.
 * @throws AppError invalid_value for what cannot be read, in the parser's words
 */
export async function readFile(options: ReadOptions): Promise<ReadableFile> {
  const { content, maxPages } = options;
  const { filename } = content;
  const mediaType = await imageTypeOf(content.bytes);
  if (mediaType !== null) return { filename, text: null, images: [toDataUrl(mediaType, content)] };
  const document = await readText(options);
  const isPdf = document === null || document.kind === "pdf";
  const images = isPdf && maxPages > 0 ? await readPages(options, document === null) : [];
  return { filename, text: document === null ? null : withRemark(document), images };
}

/** The text, and which pages have none: a model is to know that it has not seen all. */
function withRemark({ text, pages }: ParsedDocument): string {
  const textless = pages.filter((page) => page.textless).map(({ page }) => page);
  if (textless.length === 0) return text;
  const shown = textless.slice(0, MAX_NAMED_PAGES).join(", ");
  const rest = textless.length > MAX_NAMED_PAGES ? ` and ${textless.length - MAX_NAMED_PAGES} more` : "";
  return `${text}\n\n[Pages without text that can be read: ${shown}${rest}]`;
}

function refused(source: FileSource, error: { message: string; reason: string }): AppError {
  return new AppError("invalid_value", error.message, { param: source.param, detail: { reason: error.reason } });
}

/** null for a PDF without text whose pages can be shown instead. */
async function readText({ ctx, source, content, maxPages }: ReadOptions): Promise<ParsedDocument | null> {
  const { stored, bytes, filename } = content;
  try {
    // Who sees a page's image needs no OCR of it.
    const how = { urgency: "now", recognise: maxPages === 0 } as const;
    if (stored !== null) return await readDocument({ ctx, input: { file: stored, ...how } });
    return await readAsText({ bytes, filename }, { signal: ctx.signal, ...how });
  } catch (error) {
    if (!isDocumentRefused(error)) throw error;
    if (error.reason === "no_text_layer" && maxPages > 0) return null;
    throw refused(source, error);
  }
}

async function readPages({ ctx, source, content, maxPages }: ReadOptions, alone: boolean): Promise<string[]> {
  const { bytes } = content;
  try {
    const pages = await runInWorker("pages", { bytes, maxPages }, { signal: ctx.signal, urgency: "now" });
    return pages.map((page) => toDataUrl("image/jpeg", { bytes: page, base64: null }));
  } catch (error) {
    if (!isDocumentRefused(error)) throw error;
    if (alone) throw refused(source, error);
    log().warn({ reason: error.reason }, "the pages of a PDF could not be drawn; its text is shown alone");
    return [];
  }
}
