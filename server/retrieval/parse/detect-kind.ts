import { fileTypeFromBuffer } from "file-type";
import { checkZip } from "#server/retrieval/parse/check-zip";
import { isText } from "#server/retrieval/parse/decode-text";
import { type DocumentKind, DocumentRefused } from "#server/retrieval/parse/document";
import { extensionOf, isCodeFile } from "#server/retrieval/parse/file-names";

/**
 * What to read a file with. Signatures in the bytes decide, in an archive what it holds; the name only tells flavours of
 * text apart. An archive has been unpacked once and counted before its kind is known.
 * @throws DocumentRefused empty, encrypted, unsupported, corrupt, expands_too_much
 */
export async function detectKind(bytes: Uint8Array, filename: string): Promise<DocumentKind> {
  if (bytes.length === 0) throw new DocumentRefused("empty", "The file is empty.");
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 4096)).toString("latin1");
  if (head.trimStart().startsWith("%PDF-")) return "pdf";
  if (head.startsWith("PK\u0003\u0004") || head.startsWith("PK\u0005\u0006")) return archiveKind(await checkZip(bytes));
  if (head.startsWith("\u00d0\u00cf\u0011\u00e0")) throw refuseOle(bytes);
  if (head.startsWith("{\\rtf")) throw unsupported("a Rich Text (RTF) file");
  // Text before other signatures: a sentence that says "moov" at the right place would be a film.
  if (isText(bytes)) return textKind(head, filename);
  // Acrobat itself accepts the signature anywhere in the first kilobyte.
  if (head.slice(0, 1024).includes("%PDF-")) return "pdf";
  const known = await fileTypeFromBuffer(bytes);
  if (known) throw unsupported(`a ${known.ext.toUpperCase()} file (${known.mime})`);
  throw new DocumentRefused("unsupported", "The file's format is not known, so it cannot be read as a document.");
}

function textKind(head: string, filename: string): DocumentKind {
  const extension = extensionOf(filename);
  if (["md", "markdown", "mdx"].includes(extension)) return "markdown";
  if (["csv", "tsv", "tab"].includes(extension)) return "csv";
  if (isCodeFile(filename)) return "code";
  if (["html", "htm", "xhtml"].includes(extension)) return "html";
  const start = head
    .replaceAll("\u0000", "")
    .replace(/^(ÿþ|þÿ|ï»¿)/, "")
    .trimStart()
    .slice(0, 512);
  if (/^(<\?xml[^>]*>\s*)?(<!--[\s\S]*?-->\s*)*<(!doctype html|html)\b/i.test(start)) return "html";
  return "text";
}

/** OLE compound files: Office files under a password, or Word 97 and its kin. */
function refuseOle(bytes: Uint8Array): DocumentRefused {
  const marker = Buffer.from("EncryptedPackage", "utf16le");
  if (Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(marker)) {
    return new DocumentRefused(
      "encrypted",
      "The file is protected by a password. Remove the password and upload it again.",
    );
  }
  return unsupported("an old binary Office file (.doc, .xls, .ppt); save it as .docx or PDF");
}

function archiveKind(names: readonly string[]): DocumentKind {
  const has = (wanted: string) => names.some((name) => name.toLowerCase() === wanted);
  const holds = (prefix: string) => names.some((name) => name.startsWith(prefix));
  if (has("word/document.xml")) return "docx";
  if (has("xl/workbook.xml") || has("xl/workbook.bin")) return "xlsx";
  if (holds("ppt/")) throw unsupported("a PowerPoint presentation (.pptx)");
  if (has("meta-inf/container.xml")) throw unsupported("an EPUB book");
  if (has("content.xml")) throw unsupported("an OpenDocument file");
  throw unsupported("a zip archive");
}

/** The refusal for a format that no parser here reads. */
function unsupported(what: string): DocumentRefused {
  return new DocumentRefused("unsupported", `The file is ${what}, which cannot be read as a document.`);
}
