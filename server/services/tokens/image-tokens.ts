import { disableTypes, imageSize, types } from "image-size";
import { bareModelName } from "#server/services/tokens/tokenizer-of";

export interface Size {
  width: number;
  height: number;
}

/** What an image is taken for whose size cannot be seen. */
const UNKNOWN_SIZE: Size = { width: 1024, height: 1024 };
/** Where a size stands in an image file; behind a camera's preview it can be some way in. */
const HEADER_BYTES = 256 * 1024;
const DATA_URL = /^data:[^,]*;base64,/;

const READ_TYPES = ["png", "jpg", "gif", "webp", "heif"];
// What no model takes need not be parsed: the input is anybody's.
disableTypes(types.filter((type) => !READ_TYPES.includes(type)));

/** Pixels of the image in a data URL; of any other a guess. */
export function sizeOfImage(url: string): Size {
  const start = DATA_URL.exec(url)?.[0].length;
  if (start === undefined) return UNKNOWN_SIZE;
  try {
    const head = Buffer.from(url.slice(start, start + Math.ceil((HEADER_BYTES * 4) / 3)), "base64");
    const { width, height } = imageSize(head);
    return width > 0 && height > 0 ? { width, height } : UNKNOWN_SIZE;
  } catch {
    return UNKNOWN_SIZE;
  }
}

function scaleToFit({ width, height }: Size, most: number): Size {
  const scale = Math.min(1, most / Math.max(width, height));
  return { width: width * scale, height: height * scale };
}

/** 512-pixel tiles after fitting into 2,048 pixels and shrinking the short side to 768. */
function tiles(size: Size): number {
  const fitted = scaleToFit(size, 2048);
  const scale = Math.min(1, 768 / Math.min(fitted.width, fitted.height));
  return Math.ceil((fitted.width * scale) / 512) * Math.ceil((fitted.height * scale) / 512);
}

/** 32-pixel patches, 1,536 at most. */
function patches({ width, height }: Size): number {
  return Math.min(1536, Math.ceil(width / 32) * Math.ceil(height / 32));
}

type Formula = (size: Size, low: boolean) => number;

const tiled =
  (base: number, perTile: number): Formula =>
  (size, low) =>
    low ? base : base + perTile * tiles(size);
const patched =
  (factor: number): Formula =>
  (size, low) =>
    Math.ceil(patches(low ? scaleToFit(size, 512) : size) * factor);

/**
 * The vendors' published formulas; the first that fits a model's name holds. Sources: OpenAI's guide "Images and
 * vision", Anthropic's "Vision", Google's "Image understanding".
 */
const FORMULAS: readonly [RegExp, Formula][] = [
  [/^(gpt-5-mini|gpt-4\.1-mini)/, patched(1.62)],
  [/^(gpt-5-nano|gpt-4\.1-nano)/, patched(2.46)],
  [/^o4-mini/, patched(1.72)],
  [/^gpt-4o-mini/, tiled(2833, 5667)],
  [/^(gpt-5|gpt-5\.\d)/, tiled(70, 140)],
  [/^o[1-9](-|$)/, tiled(75, 150)],
  [/^computer-use/, tiled(65, 129)],
  [
    /^claude/,
    (size) => {
      const { width, height } = scaleToFit(size, 1568);
      return Math.min(1600, Math.ceil((width * height) / 750));
    },
  ],
  [
    /^gemini/,
    ({ width, height }) =>
      width <= 384 && height <= 384 ? 258 : 258 * Math.ceil(width / 768) * Math.ceil(height / 768),
  ],
];
const OTHERS = tiled(85, 170);

/** About how many tokens a model takes an image for. */
export function imageTokens(modelId: string, size: Size, detail: "auto" | "low" | "high"): number {
  const name = bareModelName(modelId);
  const formula = FORMULAS.find(([pattern]) => pattern.test(name))?.[1] ?? OTHERS;
  return formula(size, detail === "low");
}
