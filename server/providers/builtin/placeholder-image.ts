import { createRequire } from "node:module";
import { join } from "node:path";
import type * as Library from "@napi-rs/canvas";
import { AppError } from "#server/errors";
import type { DrawnImage, ImageModel, ImageRequest } from "#server/providers/image";

const NAME = "builtin/placeholder";
const MAX_PIXELS = 4_194_304;
const DEFAULT_SIZE = "1024x1024";
const FONT = "Placeholder Sans";
const MAX_LINES = 24;
const INK = "#1f2937";
const PAPER = "#e5e7eb";

let loading: Promise<typeof Library> | null = null;

/** The library, loaded with the first image, and a font that does not hang on what the machine has. */
function openCanvas(): Promise<typeof Library> {
  loading ??= import("@napi-rs/canvas").then((canvas) => {
    const { resolve } = createRequire(join(process.cwd(), "package.json"));
    canvas.GlobalFonts.registerFromPath(resolve("pdfjs-dist/standard_fonts/LiberationSans-Regular.ttf"), FONT);
    return canvas;
  });
  return loading;
}

/** A size in pixels; null for one that is out of bounds. */
function pixelsOf(size: string): { width: number; height: number } | null {
  const [width = 0, height = 0] = size.split("x").map(Number);
  const isUsable = width >= 64 && height >= 64 && width * height <= MAX_PIXELS;
  return isUsable ? { width, height } : null;
}

/** What stands on the image: that it is none, and what was asked for. */
function wordsOf({ prompt, images, mask }: ImageRequest): string[] {
  const edited = `An edit of ${images.length} image${images.length === 1 ? "" : "s"}${mask ? ", with a mask" : ""}`;
  return ["PLACEHOLDER: no image model drew this", ...(images.length > 0 ? [edited] : []), "", "Prompt:", prompt];
}

function wrap(text: string, fits: (line: string) => boolean): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line === "" || fits(longer)) {
      line = longer;
      continue;
    }
    lines.push(line);
    line = word;
  }
  return [...lines, line];
}

const ENCODINGS = {
  png: (image: Library.Canvas) => image.encode("png"),
  webp: (image: Library.Canvas, quality: number) => image.encode("webp", quality),
  jpeg: (image: Library.Canvas, quality: number) => image.encode("jpeg", quality),
};

/** `share`: of the lines that are there already, 0 to 1. */
async function picture(request: ImageRequest, share: number): Promise<string> {
  const { createCanvas } = await openCanvas();
  const { width, height } = pixelsOf(request.size ?? DEFAULT_SIZE) ?? { width: 1024, height: 1024 };
  const format = request.outputFormat ?? "png";
  const image = createCanvas(width, height);
  const pen = image.getContext("2d");
  if (request.background !== "transparent") {
    pen.fillStyle = PAPER;
    pen.fillRect(0, 0, width, height);
  }
  const margin = Math.round(width / 16);
  const step = Math.max(10, Math.round(Math.min(width, height) / 22));
  pen.fillStyle = INK;
  pen.strokeStyle = INK;
  pen.strokeRect(margin / 2, margin / 2, width - margin, height - margin);
  pen.font = `${Math.round(step * 0.72)}px "${FONT}"`;
  const fits = (line: string) => pen.measureText(line).width <= width - 2 * margin;
  const lines = wordsOf(request)
    .flatMap((text) => wrap(text, fits))
    .slice(0, MAX_LINES);
  lines.slice(0, Math.ceil(lines.length * share)).forEach((line, index) => {
    pen.fillText(line, margin, margin + step * (index + 1), width - 2 * margin);
  });
  return (await ENCODINGS[format](image, request.outputCompression ?? 100)).toString("base64");
}

/** Draws no picture: a labelled placeholder with the prompt, always the same for the same request. */
export function createPlaceholderModel(): ImageModel {
  return {
    modelId: "placeholder",
    refusal({ size }) {
      if (size === null || pixelsOf(size)) return null;
      const message = `Unsupported value: '${size}'. '${NAME}' draws 64x64 at least and ${MAX_PIXELS} pixels at most.`;
      return new AppError("unsupported_parameter", message, { param: "size" });
    },
    async draw(request): Promise<DrawnImage> {
      const { size, quality, background, partialImages, signal } = request;
      const said = {
        size: size ?? DEFAULT_SIZE,
        quality: quality ?? "low",
        background: background ?? "opaque",
      };
      for (let number = 1; number <= partialImages; number += 1) {
        signal.throwIfAborted();
        request.onPartial({ base64: await picture(request, number / (partialImages + 1)), ...said });
      }
      signal.throwIfAborted();
      return { base64: await picture(request, 1), ...said };
    },
  };
}
