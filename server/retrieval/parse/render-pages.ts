import { createIsomorphicCanvasFactory } from "unpdf";
import { openPdf } from "#server/retrieval/parse/parse-pdf";

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
  const CanvasFactory = await createIsomorphicCanvasFactory(() => import("@napi-rs/canvas"));
  const document = await openPdf(bytes, { CanvasFactory });
  try {
    const images: Uint8Array[] = [];
    const factory = new CanvasFactory();
    for (let number = 1; number <= Math.min(document.numPages, maxPages); number++) {
      images.push(await renderPage(document, number, factory));
    }
    return images;
  } finally {
    await document.loadingTask.destroy();
  }
}

type CanvasFactory = InstanceType<Awaited<ReturnType<typeof createIsomorphicCanvasFactory>>>;

async function renderPage(document: Pdf, number: number, factory: CanvasFactory): Promise<Uint8Array> {
  const page = await document.getPage(number);
  const { width, height } = page.getViewport({ scale: 1 });
  const viewport = page.getViewport({ scale: LONGEST_SIDE / Math.max(width, height, 1) });
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
