import { DocumentRefused, type ParsedText } from "#server/retrieval/parse/document";
import { normaliseInline } from "#server/retrieval/parse/normalise";
import { openPdf } from "#server/retrieval/parse/open-pdf";
import { bodySizeOf, headingLevels, type PdfBlock, toBlocks } from "#server/retrieval/parse/pdf-blocks";
import { type PdfItem, type PdfLine, toLines } from "#server/retrieval/parse/pdf-lines";
import type { Recognition } from "#server/retrieval/parse/recognise-pages";
import { MAX_TEXT_CHARS, TextBuilder, textTooLarge } from "#server/retrieval/parse/text-builder";

/** Fewer letters a page than this, on average, and the pages are pictures of text. */
const MIN_LETTERS_PER_PAGE = 20;

/** More pages than any document has; a few bytes can claim millions. */
const MAX_PAGES = 20_000;

/**
 * Reads a PDF page by page in reading order. Every page is a paragraph boundary; headings are told by their size. With
 * `recognition`, pages without text are read by OCR.
 */
export async function parsePdf(bytes: Uint8Array, recognition: Recognition | null): Promise<ParsedText> {
  const pages = await readPages(bytes);
  const bodySize = bodySizeOf(pages.flat());
  const blocks = pages.map((lines) => toBlocks(lines, bodySize));
  if (recognition !== null) await recognise({ bytes, pages, blocks, recognition });
  const letters = blocks.flat().reduce((sum, block) => sum + lettersOf(block), 0);
  if (letters < MIN_LETTERS_PER_PAGE * pages.length && (recognition === null || letters === 0)) {
    const what = pages.length === 1 ? "The page of this PDF holds" : `The ${pages.length} pages of this PDF hold`;
    const advice = recognition === null ? " Run text recognition (OCR) on it first." : "";
    throw new DocumentRefused("no_text_layer", `${what} no text that can be read, only images at most.${advice}`);
  }
  return writeBlocks(blocks);
}

/** Puts in `blocks` the paragraphs that are recognised on pages with too little text. */
async function recognise(scan: {
  bytes: Uint8Array;
  pages: readonly PdfLine[][];
  blocks: PdfBlock[][];
  recognition: Recognition;
}): Promise<void> {
  const { bytes, pages, blocks, recognition } = scan;
  const wanted = pages.flatMap((lines, index) => {
    return lines.reduce((sum, line) => sum + lettersOf(line), 0) < MIN_LETTERS_PER_PAGE ? [index + 1] : [];
  });
  if (wanted.length === 0) return;
  const { recognisePages } = await import("#server/retrieval/parse/recognise-pages");
  for (const [number, text] of await recognisePages(bytes, wanted, recognition)) {
    const paragraphs = text
      .split(/\n\s*\n/)
      .map((paragraph) => normaliseInline(paragraph.replace(/(\p{L})-\n/gu, "$1")));
    const read = paragraphs.filter((paragraph) => paragraph !== "");
    if (read.length > 0) blocks[number - 1] = read.map((paragraph) => ({ text: paragraph, size: 0, heading: false }));
  }
}

function lettersOf({ text }: { text: string }): number {
  return text.replaceAll(/\s/g, "").length;
}

function writeBlocks(pages: PdfBlock[][]): ParsedText {
  const builder = new TextBuilder();
  const levels = headingLevels(pages.flat());
  for (const [index, blocks] of pages.entries()) {
    const start = builder.length;
    for (const block of blocks) {
      const level = levels.get(block.size);
      if (block.heading && level !== undefined) builder.heading({ level, title: block.text, marked: false });
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
