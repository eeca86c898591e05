import { getDocumentProxy } from "unpdf";
import { DocumentRefused, type PageSpan, type ParsedText } from "#server/retrieval/parse/document";
import { bodySizeOf, headingLevels, type PdfBlock, toBlocks } from "#server/retrieval/parse/pdf-blocks";
import { type PdfLine, toLines } from "#server/retrieval/parse/pdf-lines";
import { TextBuilder } from "#server/retrieval/parse/text-builder";

/** Fewer letters a page than this, on average, and the pages are pictures of text. */
const MIN_LETTERS_PER_PAGE = 20;

/** Reads a PDF page by page in reading order. Every page is a paragraph boundary; headings are told by their size. */
export async function parsePdf(bytes: Uint8Array): Promise<ParsedText> {
  const pages = await readPages(bytes);
  const letters = pages.flat().reduce((sum, line) => sum + line.text.replaceAll(/\s/g, "").length, 0);
  if (letters < MIN_LETTERS_PER_PAGE * pages.length) {
    const what = pages.length === 1 ? "The page of this PDF holds" : `The ${pages.length} pages of this PDF hold`;
    throw new DocumentRefused("no_text_layer", `${what} no text, only images. Run text recognition (OCR) on it first.`);
  }
  const bodySize = bodySizeOf(pages.flat());
  const blocks = pages.map((lines) => toBlocks(lines, bodySize));
  return writeBlocks(blocks);
}

function writeBlocks(pages: PdfBlock[][]): ParsedText {
  const builder = new TextBuilder();
  const levels = headingLevels(pages.flat());
  const spans: PageSpan[] = [];
  pages.forEach((blocks, index) => {
    // The blank line between two pages belongs to neither, so a page's span begins after it.
    const separator = builder.length > 0 && blocks.length > 0 ? 2 : 0;
    const start = builder.length + separator;
    for (const block of blocks) {
      const level = levels.get(block.size);
      if (block.heading && level !== undefined) builder.heading({ level, title: block.text, mark: "" });
      else builder.block(block.text);
    }
    spans.push({ page: index + 1, start, end: builder.length });
  });
  return { text: builder.toString(), pages: spans, headings: builder.headings };
}

async function readPages(bytes: Uint8Array): Promise<PdfLine[][]> {
  const document = await openPdf(bytes);
  try {
    const pages: PdfLine[][] = [];
    for (let number = 1; number <= document.numPages; number++) {
      const page = await document.getPage(number);
      const content = await page.getTextContent();
      pages.push(toLines(content.items.filter((item) => "str" in item)));
      page.cleanup();
    }
    return pages;
  } catch (error) {
    if (error instanceof DocumentRefused) throw error;
    throw new DocumentRefused("corrupt", "The PDF is damaged and cannot be read.", { cause: error });
  } finally {
    await document.loadingTask.destroy();
  }
}

/** An image in a PDF of more pixels than this is left out. */
const MAX_IMAGE_PIXELS = 50_000_000;

/** Opens a PDF; whoever opens it destroys its `loadingTask`. Throws DocumentRefused encrypted, corrupt. */
export async function openPdf(
  bytes: Uint8Array,
  options: Parameters<typeof getDocumentProxy>[1] = {},
): ReturnType<typeof getDocumentProxy> {
  try {
    // pdf.js takes the buffer over, so it gets a copy.
    return await getDocumentProxy(bytes.slice(), { verbosity: 0, maxImageSize: MAX_IMAGE_PIXELS, ...options });
  } catch (error) {
    if (error instanceof Error && error.name === "PasswordException") {
      throw new DocumentRefused(
        "encrypted",
        "The PDF is protected by a password. Remove the password and upload it again.",
      );
    }
    throw new DocumentRefused("corrupt", "The PDF is damaged and cannot be read.", { cause: error });
  }
}
