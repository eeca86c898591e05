import WordExtractor from "word-extractor";
import { DocumentRefused, type ParsedText } from "#server/retrieval/parse/document";
import { normaliseInline } from "#server/retrieval/parse/normalise";
import { CELL_BREAK } from "#server/retrieval/parse/table-writer";
import { TextBuilder } from "#server/retrieval/parse/text-builder";

/** Reads a Word document of the binary format (1997 to 2003): paragraphs, table rows, notes. It tells no headings. */
export async function parseDoc(bytes: Uint8Array): Promise<ParsedText> {
  const builder = new TextBuilder();
  const document = await extract(bytes);
  const parts = [document.getBody(), document.getTextboxes(), document.getFootnotes(), document.getEndnotes()];
  for (const part of parts) {
    for (const line of part.split("\n")) {
      const cells = line.split("\t").map(normaliseInline);
      builder.block(cells.filter((cell) => cell !== "").join(CELL_BREAK));
    }
  }
  return builder.result();
}

async function extract(bytes: Uint8Array): Promise<WordExtractor.Document> {
  try {
    return await new WordExtractor().extract(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
  } catch (error) {
    throw new DocumentRefused("corrupt", "The Word document is damaged and cannot be read.", { cause: error });
  }
}
