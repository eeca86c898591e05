import { findPackageJSON } from "node:module";
import { dirname, join } from "node:path";
import type { createWorker } from "tesseract.js";
import { DocumentRefused } from "#server/retrieval/parse/document";
import { drawPages } from "#server/retrieval/parse/render-pages";

/** What is to be recognised of a document whose pages are images. */
export interface Recognition {
  /** Tesseract's name of a language, for which there is a package of the same name: `eng`. */
  language: string;
  /** Pages of one document; those beyond stay without text. */
  maxPages: number;
}

/** Of a page's image, in pixels: some 200 dots an inch, at which Tesseract reads print. */
const LONGEST_SIDE = 2_400;

/**
 * The text of pages by optical character recognition, by page number, paragraphs parted by blank lines. Runs inside the
 * parse worker, with Tesseract in a worker of its own that ends with it. Throws DocumentRefused `no_text_layer` when the
 * language's package is not installed.
 */
export async function recognisePages(
  bytes: Uint8Array,
  pages: readonly number[],
  { language, maxPages }: Recognition,
): Promise<Map<number, string>> {
  const texts = new Map<number, string>();
  const tesseract = await openTesseract(language);
  try {
    for await (const { number, image } of drawPages(bytes, pages.slice(0, maxPages), LONGEST_SIDE)) {
      const { data } = await tesseract.recognize(Buffer.from(image));
      texts.set(number, data.text);
    }
  } finally {
    await tesseract.terminate();
  }
  return texts;
}

async function openTesseract(language: string): ReturnType<typeof createWorker> {
  const langPath = languageFolder(language);
  const { createWorker: create, OEM } = (await import("tesseract.js")).default;
  // Nothing is fetched, and nothing kept on the disk: the data is in the package.
  return create(language, OEM.LSTM_ONLY, { langPath, cacheMethod: "none", errorHandler: () => {} });
}

/** Looked up so that Next's bundler does not see which file is meant: it would take the data for a module of its own. */
function languageFolder(language: string): string {
  const name = `@tesseract.js-data/${language}`;
  try {
    const found = findPackageJSON(name, import.meta.url);
    if (found !== undefined) return join(dirname(found), "4.0.0_best_int");
  } catch (error) {
    throw missingLanguage(name, error);
  }
  throw missingLanguage(name);
}

function missingLanguage(name: string, cause?: unknown): DocumentRefused {
  const message = `Text recognition needs the package '${name}', which is not installed on this server.`;
  return new DocumentRefused("no_text_layer", message, { cause });
}
