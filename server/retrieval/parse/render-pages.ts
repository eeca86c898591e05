import { createIsomorphicCanvasFactory } from "unpdf";
import { openPdf } from "#server/retrieval/parse/open-pdf";

/** Of a page's image, in pixels: what vision models take without scaling it down. */
const LONGEST_SIDE = 1_536;
/** Of a JPEG: small print stays readable. */
const QUALITY = 80;

type Pdf = Awaited<ReturnType<typeof openPdf>>;

/**
 * Draws the first pages of a PDF, as JPEG files in order. Runs inside the parse worker.
 * Throws DocumentRefused for what cannot be opened; whatever pdf.js throws for what cannot be drawn.
 */
export async function renderPages(bytes: Uint8Array, maxPages: number): Promise<Uint8Array[]> {
  const images: Uint8Array[] = [];
  const numbers = Array.from({ length: maxPages }, (_, index) => index + 1);
  for await (const { image } of drawPages(bytes, numbers, LONGEST_SIDE)) images.push(image);
  return images;
}

/** Draws pages of a PDF by their numbers, one at a time, as JPEG files; `longestSide` in pixels. Throws as above. */
export async function* drawPages(
  bytes: Uint8Array,
  numbers: readonly number[],
  longestSide: number,
): AsyncGenerator<{ number: number; image: Uint8Array }> {
  const CanvasFactory = await createIsomorphicCanvasFactory(() => import("@napi-rs/canvas"));
  const document = await openPdf(bytes, { CanvasFactory });
  try {
    const factory = new CanvasFactory();
    for (const number of numbers) {
      if (number > document.numPages) return;
      yield { number, image: await drawPage(await document.getPage(number), { factory, longestSide }) };
    }
  } finally {
    await document.loadingTask.destroy();
  }
}

type CanvasFactory = InstanceType<Awaited<ReturnType<typeof createIsomorphicCanvasFactory>>>;
type Page = Awaited<ReturnType<Pdf["getPage"]>>;

async function drawPage(page: Page, by: { factory: CanvasFactory; longestSide: number }): Promise<Uint8Array> {
  const { factory, longestSide } = by;
  const { width, height } = page.getViewport({ scale: 1 });
  const viewport = page.getViewport({ scale: longestSide / Math.max(width, height, 1) });
  const drawing = factory.create(Math.max(1, Math.ceil(viewport.width)), Math.max(1, Math.ceil(viewport.height)));
  try {
    const { canvas, context } = drawing;
    if (!("encode" in canvas)) throw new Error("no canvas of @napi-rs/canvas");
    // pdf.js names the browser's types, and takes these.
    const canvasContext = context as CanvasRenderingContext2D;
    await page.render({ canvas: drawing.canvas as HTMLCanvasElement, canvasContext, viewport }).promise;
    return new Uint8Array(await canvas.encode("jpeg", QUALITY));
  } finally {
    factory.destroy(drawing);
    page.cleanup();
  }
}
