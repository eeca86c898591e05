import { getDocumentProxy } from "unpdf";
import { DocumentRefused, type ParsedText, passwordRefusal } from "#server/retrieval/parse/document";
import { bodySizeOf, headingLevels, type PdfBlock, toBlocks } from "#server/retrieval/parse/pdf-blocks";
import { type PdfItem, type PdfLine, toLines } from "#server/retrieval/parse/pdf-lines";
import { MAX_TEXT_CHARS, TextBuilder, textTooLarge } from "#server/retrieval/parse/text-builder";

/** Fewer letters a page than this, on average, and the pages are pictures of text. */
const MIN_LETTERS_PER_PAGE = 20;

/** More pages than any document has; a few bytes can claim millions. */
const MAX_PAGES = 20_000;

/** Reads a PDF page by page in reading order. Every page is a paragraph boundary; headings are told by their size. */
export async function parsePdf(bytes: Uint8Array): Promise<ParsedText> {
  const pages = await readPages(bytes);
  const letters = pages.flat().reduce((sum, line) => sum + lettersOf(line), 0);
  if (letters < MIN_LETTERS_PER_PAGE * pages.length) {
    const what = pages.length === 1 ? "The page of this PDF holds" : `The ${pages.length} pages of this PDF hold`;
    throw new DocumentRefused(
      "no_text_layer",
      `${what} no text that can be read, only images at most. Run text recognition (OCR) on it first.`,
    );
  }
  const bodySize = bodySizeOf(pages.flat());
  const blocks = pages.map((lines) => toBlocks(lines, bodySize));
  return writeBlocks(blocks);
}

function lettersOf(line: PdfLine): number {
  return line.text.replaceAll(/\s/g, "").length;
}

function writeBlocks(pages: PdfBlock[][]): ParsedText {
  const builder = new TextBuilder();
  const levels = headingLevels(pages.flat());
  for (const [index, blocks] of pages.entries()) {
    const start = builder.length;
    for (const block of blocks) {
      const level = levels.get(block.size);
      if (block.heading && level !== undefined) builder.heading({ level, title: block.text, mark: "" });
      else builder.block(block.text);
    }
    builder.page(index + 1, start);
  }
  return builder.result();
}

async function readPages(bytes: Uint8Array): Promise<PdfLine[][]> {
  const document = await openPdf(bytes);
  try {
    if (document.numPages > MAX_PAGES) {
      throw new DocumentRefused("too_large", `The PDF has more than ${MAX_PAGES.toLocaleString("en")} pages.`);
    }
    const pages: PdfLine[][] = [];
    const budget = { chars: MAX_TEXT_CHARS };
    for (let number = 1; number <= document.numPages; number++) {
      const page = await document.getPage(number);
      pages.push(toLines(await readItems(page, budget)));
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

type PdfPage = Awaited<ReturnType<Awaited<ReturnType<typeof openPdf>>["getPage"]>>;

/** A page's pieces as they come: its drawing instructions may repeat each other without end. */
async function readItems(page: PdfPage, budget: { chars: number }): Promise<PdfItem[]> {
  const items: PdfItem[] = [];
  const reader: ReadableStreamDefaultReader<TextContent> = page.streamTextContent().getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    for (const item of part.value.items) {
      if (!("str" in item)) continue;
      items.push(item);
      // Empty ones count, too: they take memory.
      budget.chars -= item.str.length + 1;
    }
    if (budget.chars > 0) continue;
    await reader.cancel().catch(() => {});
    throw textTooLarge();
  }
  return items;
}

type TextContent = Awaited<ReturnType<PdfPage["getTextContent"]>>;

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
    if (error instanceof Error && error.name === "PasswordException") throw passwordRefusal("The PDF");
    throw new DocumentRefused("corrupt", "The PDF is damaged and cannot be read.", { cause: error });
  }
}
