import mammoth from "mammoth";
import { checkZip } from "#server/retrieval/parse/check-zip";
import { unsupported } from "#server/retrieval/parse/detect-kind";
import { DocumentRefused, type ParsedDocument } from "#server/retrieval/parse/document";
import { parseHtml } from "#server/retrieval/parse/parse-html";

/** Reads a Word document: its zip is checked and counted first, then mammoth's HTML goes the way of every HTML. */
export async function parseDocx(bytes: Uint8Array): Promise<Omit<ParsedDocument, "kind">> {
  const names = await checkZip(bytes);
  if (!names.some((name) => name.toLowerCase() === "word/document.xml")) throw unsupported(archiveName(names));
  const html = await toHtml(bytes);
  return parseHtml(html);
}

async function toHtml(bytes: Uint8Array): Promise<string> {
  try {
    const result = await mammoth.convertToHtml(
      { buffer: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length) },
      { convertImage: mammoth.images.imgElement(async () => ({ src: "" })), externalFileAccess: false },
    );
    return result.value;
  } catch (error) {
    throw new DocumentRefused("corrupt", "The Word document is damaged and cannot be read.", { cause: error });
  }
}

function archiveName(names: readonly string[]): string {
  const holds = (prefix: string) => names.some((name) => name.startsWith(prefix));
  if (holds("xl/")) return "an Excel workbook (.xlsx)";
  if (holds("ppt/")) return "a PowerPoint presentation (.pptx)";
  if (names.includes("META-INF/container.xml")) return "an EPUB book";
  if (names.includes("content.xml")) return "an OpenDocument file";
  return "a zip archive";
}
