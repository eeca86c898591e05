import { decodeText } from "#server/retrieval/parse/decode-text";
import { detectKind } from "#server/retrieval/parse/detect-kind";
import { type DocumentKind, DocumentRefused, type ParsedDocument } from "#server/retrieval/parse/document";
import { normaliseText } from "#server/retrieval/parse/normalise";
import { parseCsv } from "#server/retrieval/parse/parse-csv";
import { parseDocx } from "#server/retrieval/parse/parse-docx";
import { parseHtml } from "#server/retrieval/parse/parse-html";
import { findMarkdownHeadings } from "#server/retrieval/parse/parse-markdown";
import { parsePdf } from "#server/retrieval/parse/parse-pdf";
import { parseXlsx } from "#server/retrieval/parse/parse-xlsx";
import { MAX_TEXT_CHARS } from "#server/retrieval/parse/text-builder";

/** A text file beyond this cannot stay under the limit of tokens; refused before it is decoded. */
const MAX_PLAIN_BYTES = MAX_TEXT_CHARS;

/**
 * Reads a file as text with its pages and headings. Runs inside the parse worker.
 * Throws DocumentRefused for what can never be read.
 */
export async function parseDocument(bytes: Uint8Array, filename: string): Promise<ParsedDocument> {
  const kind = await detectKind(bytes, filename);
  const parsed = await readAs(kind, bytes);
  if (parsed.text.trim() === "") throw new DocumentRefused("empty", "The file holds no text.");
  return { kind, ...parsed };
}

async function readAs(kind: DocumentKind, bytes: Uint8Array): Promise<Omit<ParsedDocument, "kind">> {
  if (kind === "pdf") return parsePdf(bytes);
  if (kind === "docx") return parseDocx(bytes);
  if (kind === "xlsx") return parseXlsx(bytes);
  if (bytes.length > MAX_PLAIN_BYTES) {
    throw new DocumentRefused("too_large", `The file holds more than ${MAX_PLAIN_BYTES / 1e6} MB of text.`);
  }
  if (kind === "html") return parseHtml(decodeText(bytes, charsetOf(bytes)));
  if (kind === "csv") return parseCsv(decodeText(bytes));
  const text = normaliseText(decodeText(bytes));
  return { text, pages: [], headings: kind === "markdown" ? findMarkdownHeadings(text) : [] };
}

/** The encoding that an HTML page names for itself. */
function charsetOf(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 2048)).toString("latin1");
  return /<meta[^>]+charset\s*=\s*["']?([\w-]+)/i.exec(head)?.[1];
}
