import mammoth from "mammoth";
import { DocumentRefused, type ParsedText } from "#server/retrieval/parse/document";
import { parseHtml } from "#server/retrieval/parse/parse-html";

/** Reads a Word document whose zip has been checked: mammoth's HTML goes the way of every HTML. */
export async function parseDocx(bytes: Uint8Array): Promise<ParsedText> {
  return parseHtml(await toHtml(bytes));
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
