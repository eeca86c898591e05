import { fileTypeFromBuffer } from "file-type";
import { checkZip } from "#server/retrieval/parse/check-zip";
import { decodeText, isText } from "#server/retrieval/parse/decode-text";
import { type DocumentKind, DocumentRefused, unsupportedFormat } from "#server/retrieval/parse/document";
import { extensionOf, isCodeFile } from "#server/retrieval/parse/file-names";
import { compoundKind } from "#server/retrieval/parse/read-compound";

/** Of the beginning of a file: enough for every signature, and for what a text is to show itself. */
const HEAD_BYTES = 4_096;

/**
 * What to read a file with. Signatures in the bytes decide, in an archive what it holds; the name only tells flavours of
 * text apart. An archive has been unpacked once and counted before its kind is known.
 * @throws DocumentRefused empty, encrypted, unsupported, corrupt, expands_too_much
 */
export async function detectKind(bytes: Uint8Array, filename: string): Promise<DocumentKind> {
  if (bytes.length === 0) throw new DocumentRefused("empty", "The file is empty.");
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, HEAD_BYTES)).toString("latin1");
  if (head.trimStart().startsWith("%PDF-")) return "pdf";
  if (head.startsWith("PK\u0003\u0004") || head.startsWith("PK\u0005\u0006")) return archiveKind(await checkZip(bytes));
  if (head.startsWith("\u00d0\u00cf\u0011\u00e0\u00a1\u00b1\u001a\u00e1")) return compoundKind(bytes);
  if (head.startsWith("{\\rtf")) return "rtf";
  // Text before other signatures: a sentence that says "moov" at the right place would be a film.
  if (isText(bytes)) return textKind(bytes, filename);
  // Acrobat itself accepts the signature anywhere in the first kilobyte.
  if (head.slice(0, 1024).includes("%PDF-")) return "pdf";
  const known = await fileTypeFromBuffer(bytes);
  if (known) throw unsupportedFormat(`a ${known.ext.toUpperCase()} file (${known.mime})`);
  throw new DocumentRefused("unsupported", "The file's format is not known, so it cannot be read as a document.");
}

/** Flavours of text that a name tells, beside source code. */
const BY_EXTENSION: Record<string, DocumentKind> = {
  md: "markdown",
  markdown: "markdown",
  mdx: "markdown",
  csv: "csv",
  tsv: "csv",
  tab: "csv",
  json: "json",
  jsonl: "json",
  ndjson: "json",
  geojson: "json",
  ipynb: "json",
  tex: "latex",
  ltx: "latex",
  eml: "email",
  html: "html",
  htm: "html",
  xhtml: "html",
  mht: "email",
  mhtml: "email",
};

function textKind(bytes: Uint8Array, filename: string): DocumentKind {
  const named = BY_EXTENSION[extensionOf(filename)];
  if (named !== undefined) return named;
  if (isCodeFile(filename)) return "code";
  const start = decodeText(bytes.subarray(0, HEAD_BYTES))
    .replace(/^\ufeff/, "")
    .trimStart();
  if (/^#!\s?\/\S+/.test(start)) return "code";
  if (/^(<\?xml[^>]{0,200}>\s*)?<(!doctype html|html)\b/i.test(withoutComments(start))) return "html";
  if (/^(\\documentclass|\\documentstyle)\b/m.test(start)) return "latex";
  if (isEmail(start)) return "email";
  return JSON_START.test(start) ? "json" : "text";
}

/** XML comments before a page's first element. */
function withoutComments(text: string): string {
  let rest = text;
  while (rest.startsWith("<!--")) {
    const end = rest.indexOf("-->");
    if (end < 0) return rest;
    rest = rest.slice(end + 3).trimStart();
  }
  return rest;
}

/** A block of header fields first, among them one that only mail programs write. */
function isEmail(start: string): boolean {
  const fields = new Set<string>();
  for (const line of start.split(/\r\n?|\n/)) {
    if (line === "") break;
    if (/^[ \t]/.test(line) && fields.size > 0) continue;
    const name = /^([!-9;-~]+):/.exec(line)?.[1];
    if (name === undefined) return false;
    fields.add(name.toLowerCase());
  }
  const sent = ["message-id", "mime-version", "received", "return-path"].some((name) => fields.has(name));
  return sent && fields.has("from");
}

const JSON_STRING = String.raw`"(?:[^"\\]|\\.){0,300}"`;
/** An object with a first member, or an array of objects, arrays, strings or numbers. */
const JSON_START = new RegExp(
  String.raw`^(\{\s*(${JSON_STRING}\s*:|\}\s*$)|\[\s*(\{\s*["}]|\[\s*["\d{-]|${JSON_STRING}\s*[,\]]|-?\d[\d.eE+-]{0,30}\s*(,|\]\s*$)))`,
);

/** Parts by which an Office archive is known, whatever is embedded beside them. */
const BY_PART: [string, DocumentKind][] = [
  ["word/document.xml", "docx"],
  ["xl/workbook.xml", "xlsx"],
  ["xl/workbook.bin", "xlsx"],
  ["ppt/presentation.xml", "pptx"],
];
/** OpenDocument and EPUB name their type in a part of its own. */
const BY_MIMETYPE: [RegExp, DocumentKind][] = [
  [/^application\/vnd\.oasis\.opendocument\.text/, "odt"],
  [/^application\/vnd\.oasis\.opendocument\.presentation/, "odp"],
  [/^application\/vnd\.oasis\.opendocument\.spreadsheet/, "ods"],
  [/^application\/epub\+zip/, "epub"],
];

function archiveKind({ names, mimetype }: { names: string[]; mimetype: string }): DocumentKind {
  const lower = new Set(names.map((name) => name.toLowerCase()));
  const kind = BY_MIMETYPE.find(([pattern]) => pattern.test(mimetype)) ?? BY_PART.find(([part]) => lower.has(part));
  if (kind !== undefined) return kind[1];
  if (lower.has("meta-inf/container.xml")) return "epub";
  if (lower.has("content.xml")) throw unsupportedFormat("an OpenDocument drawing, chart or formula", "Save it as PDF.");
  if (names.some((name) => /\.iwa$/i.test(name))) throw unsupportedFormat("an Apple iWork document", "Save it as PDF.");
  throw unsupportedFormat("a zip archive", "Upload the files in it.");
}
