import { z } from "zod";
import { RequestProblem } from "#server/protocol/problem";
import { validateAt } from "#server/protocol/validate";
import type { VendorTool } from "#server/protocol/vendor-tools";

const size = z
  .string()
  .regex(/^(auto|[1-9]\d{1,4}x[1-9]\d{1,4})$/, "expected 'auto' or WIDTHxHEIGHT, such as 1024x1024")
  .nullish();

const ImageToolInput = z.looseObject({
  type: z.literal("image_generation"),
  model: z.string().min(1).max(300).nullish(),
  quality: z.string().min(1).max(20).nullish(),
  size,
  output_format: z.enum(["png", "webp", "jpeg"]).nullish(),
  output_compression: z.int().min(0).max(100).nullish(),
  moderation: z.enum(["auto", "low"]).nullish(),
  background: z.enum(["transparent", "opaque", "auto"]).nullish(),
  input_fidelity: z.enum(["high", "low"]).nullish(),
  input_image_mask: z
    .strictObject({ image_url: z.string().nullish(), file_id: z.string().nullish() })
    .refine(({ image_url, file_id }) => (image_url == null) !== (file_id == null), "expected an image_url or a file_id")
    .nullish(),
  partial_images: z.int().min(0).max(3).nullish(),
  n: z.int().min(1).max(1).nullish(),
  action: z.enum(["generate", "edit", "auto"]).nullish(),
});

/** How an image is to be. null: left to the model, also where the request says `auto`. */
export interface ImageSettings {
  /** `WIDTHxHEIGHT`. */
  size: string | null;
  quality: string | null;
  background: "transparent" | "opaque" | null;
  outputFormat: "png" | "webp" | "jpeg" | null;
  /** 0 to 100. */
  outputCompression: number | null;
  moderation: "low" | null;
  inputFidelity: "high" | "low" | null;
  /** Pictures of the image on its way, 0 to 3. */
  partialImages: number;
}

/** An image generation that runs here, as a request names it. null: likewise. */
export interface ImageTool {
  model: string | null;
  action: "generate" | "edit" | "auto";
  mask: { image_url: string } | { file_id: string } | null;
  settings: ImageSettings;
}

/** What OpenAI shows of a tool that leaves everything out. */
const SHOWN = {
  background: "auto",
  moderation: "auto",
  n: 1,
  output_compression: 100,
  output_format: "png",
  quality: "auto",
  size: "auto",
};

const unlessAuto = <T extends string>(value: T | null | undefined): Exclude<T, "auto"> | null =>
  value == null || value === "auto" ? null : (value as Exclude<T, "auto">);

/**
 * Reads an image generation that is not passed on to a provider, and the tool as its response shows it: with OpenAI's
 * defaults. `place`: its path in the request, e.g. `tools[0]`. Throws RequestProblem for the first fault.
 */
export function readImageTool(tool: VendorTool, place: string): { read: ImageTool; shown: VendorTool } {
  const data = validateAt(ImageToolInput, tool, place);
  if (data.background === "transparent" && data.output_format === "jpeg") {
    const param = `${place}.background`;
    const message = `Invalid '${param}': a JPEG cannot be transparent. Use output_format 'png' or 'webp'.`;
    throw new RequestProblem("invalid_value", message, { param });
  }
  const given = Object.fromEntries(Object.entries(data).filter(([, value]) => value != null));
  return {
    read: {
      model: data.model ?? null,
      action: data.action ?? "auto",
      mask: maskOf(data.input_image_mask),
      settings: {
        size: unlessAuto(data.size),
        quality: unlessAuto(data.quality),
        background: unlessAuto(data.background),
        outputFormat: data.output_format ?? null,
        outputCompression: data.output_compression ?? null,
        moderation: unlessAuto(data.moderation),
        inputFidelity: data.input_fidelity ?? null,
        partialImages: data.partial_images ?? 0,
      },
    },
    shown: { ...SHOWN, ...given, type: tool.type },
  };
}

function maskOf(mask: z.infer<typeof ImageToolInput>["input_image_mask"]): ImageTool["mask"] {
  if (mask?.image_url != null) return { image_url: mask.image_url };
  return mask?.file_id == null ? null : { file_id: mask.file_id };
}

/** A call as it stands among the items of a conversation, whoever has drawn. */
export const ImageCallMade = z.looseObject({
  id: z.string(),
  status: z.string().nullish(),
  result: z.string().nullish(),
  revised_prompt: z.string().nullish(),
  output_format: z.string().nullish(),
});
export type ImageCallMade = z.infer<typeof ImageCallMade>;
