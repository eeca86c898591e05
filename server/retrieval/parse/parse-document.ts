import { decodeText, xmlEncoding } from "#server/retrieval/parse/decode-text";
import { detectKind } from "#server/retrieval/parse/detect-kind";
import {
  type DocumentKind,
  DocumentRefused,
  type ParsedDocument,
  type ParsedText,
} from "#server/retrieval/parse/document";
import { normaliseText } from "#server/retrieval/parse/normalise";
import type { ReadNested } from "#server/retrieval/parse/parse-email";
import type { Recognition } from "#server/retrieval/parse/recognise-pages";
import { MAX_TEXT_CHARS, textTooLarge } from "#server/retrieval/parse/text-builder";

/** A text file beyond this cannot stay under the limit of tokens; refused before it is decoded. */
const MAX_PLAIN_BYTES = MAX_TEXT_CHARS;
/** Files in files, as attachments of attached messages are. */
const MAX_NESTING = 2;

interface ParserOptions {
  /** null in a file that is nested too deeply itself. */
  readNested: ReadNested | null;
  /** null when pages without text are left so. */
  recognition: Recognition | null;
}

type Parser = (bytes: Uint8Array, options: ParserOptions) => ParsedText | Promise<ParsedText>;

/** Each parser's library is loaded with the first file of its kind. */
const PARSERS: Record<DocumentKind, Parser> = {
  pdf: async (bytes, { recognition }) =>
    (await import("#server/retrieval/parse/parse-pdf")).parsePdf(bytes, recognition),
  docx: async (bytes) => (await import("#server/retrieval/parse/parse-docx")).parseDocx(bytes),
  doc: async (bytes) => (await import("#server/retrieval/parse/parse-doc")).parseDoc(bytes),
  odt: async (bytes) => (await import("#server/retrieval/parse/parse-odf")).parseOdf(bytes),
  rtf: async (bytes) => (await import("#server/retrieval/parse/parse-rtf")).parseRtf(bytes),
  pptx: async (bytes) => (await import("#server/retrieval/parse/parse-pptx")).parsePptx(bytes),
  odp: async (bytes) => (await import("#server/retrieval/parse/parse-odf")).parseOdf(bytes),
  xlsx: async (bytes) => (await import("#server/retrieval/parse/parse-xlsx")).parseXlsx(bytes),
  xls: async (bytes) => (await import("#server/retrieval/parse/parse-xlsx")).parseXlsx(bytes),
  ods: async (bytes) => (await import("#server/retrieval/parse/parse-odf")).parseOdf(bytes),
  csv: async (bytes) => (await import("#server/retrieval/parse/parse-csv")).parseCsv(plainText(bytes)),
  html: async (bytes) =>
    (await import("#server/retrieval/parse/parse-html")).parseHtml(plainText(bytes, charsetOf(bytes))),
  epub: async (bytes) => (await import("#server/retrieval/parse/parse-epub")).parseEpub(bytes),
  email: async (bytes, { readNested }) =>
    (await import("#server/retrieval/parse/parse-email")).parseEmail(bytes, readNested),
  markdown: async (bytes) => (await import("#server/retrieval/parse/parse-markdown")).parseMarkdown(plainText(bytes)),
  latex: async (bytes) => (await import("#server/retrieval/parse/parse-latex")).parseLatex(plainText(bytes)),
  json: async (bytes) => (await import("#server/retrieval/parse/parse-json")).parseJson(plainText(bytes)),
  code: asItIs,
  text: asItIs,
};

/**
 * Reads a file as text with its pages and headings; with `recognition`, pages that are images, too. Runs inside the parse
 * worker. Throws DocumentRefused for what can never be read.
 */
export async function parseDocument(
  bytes: Uint8Array,
  filename: string,
  recognition: Recognition | null = null,
): Promise<ParsedDocument> {
  return parseNested({ bytes, filename }, { recognition, depth: MAX_NESTING });
}

async function parseNested(
  file: { bytes: Uint8Array; filename: string },
  { recognition, depth }: { recognition: Recognition | null; depth: number },
): Promise<ParsedDocument> {
  const kind = await detectKind(file.bytes, file.filename);
  const readNested: ReadNested = (bytes, filename) =>
    parseNested({ bytes, filename }, { recognition: null, depth: depth - 1 });
  const parsed = await PARSERS[kind](file.bytes, { readNested: depth > 0 ? readNested : null, recognition });
  if (parsed.text.length > MAX_TEXT_CHARS) throw textTooLarge();
  if (parsed.text.trim() === "") throw new DocumentRefused("empty", "The file holds no text.");
  return { kind, ...parsed };
}

function asItIs(bytes: Uint8Array): ParsedText {
  return { text: normaliseText(plainText(bytes, xmlEncoding(bytes))), pages: [], headings: [] };
}

function plainText(bytes: Uint8Array, declared?: string): string {
  if (bytes.length > MAX_PLAIN_BYTES) {
    throw new DocumentRefused("too_large", `The file holds more than ${MAX_PLAIN_BYTES / 1e6} MB of text.`);
  }
  return decodeText(bytes, declared);
}

/** The encoding that an HTML page names for itself. */
function charsetOf(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 2048)).toString("latin1");
  return /<meta[^>]+charset\s*=\s*["']?([\w-]+)/i.exec(head)?.[1] ?? xmlEncoding(bytes);
}
