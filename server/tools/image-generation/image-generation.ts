import { z } from "zod";
import { AppError } from "#server/errors";
import type { HostedCall, Tool, ToolContext } from "#server/tools/tool";

/** How one image that is drawn looks on the wire. */
export const IMAGE_GENERATION_CALL: HostedCall = {
  itemType: "image_generation_call",
  idKind: "image_generation_call",
  phases: ["in_progress", "generating"],
  initial: { result: null },
  endsWhole: true,
};

const MAX_PROMPT = 32_000;
/** Images that one edit may take, as OpenAI's route does. */
const MAX_IMAGES = 16;

/** An image of the conversation. */
export interface KnownImage {
  /** The name under which the model knows it: `image_1` is the oldest. */
  label: string;
  /** Of the call that drew it; null for one that came with the input. */
  itemId: string | null;
}

/** What is drawn: with `images` as a change of them. */
export interface DrawAsked<I extends KnownImage> {
  prompt: string;
  images: readonly I[];
}

/** An image as it is shown while it is drawn, or when it is whole. */
export interface DrawnFields {
  base64: string;
  size: string;
  quality: string;
  background: string;
  outputFormat: string;
}

export interface ImageGenerationOptions<I extends KnownImage> {
  action: "generate" | "edit" | "auto";
  /** The images of the conversation, oldest first. */
  images: readonly I[];
  draw(
    asked: DrawAsked<I>,
    context: Pick<ToolContext, "signal" | "spanId" | "itemId"> & { onPartial(image: DrawnFields): void },
  ): Promise<DrawnFields & { revisedPrompt: string | null; fileId: string | null }>;
  /** Makes an image of the conversation of one that was just drawn. */
  remember(image: { label: string; base64: string }): I;
}

const PROMPT = z
  .string()
  .min(1)
  .max(MAX_PROMPT)
  .describe("What the image shows, in full: whoever draws it sees nothing else of the conversation.");
const IMAGE_IDS = z
  .array(z.string())
  .max(MAX_IMAGES)
  .optional()
  .describe("To change images of the conversation, or to draw after them: their names, such as image_1.");

const Generate = z.object({ prompt: PROMPT });
const GenerateOrEdit = z.object({ prompt: PROMPT, image_ids: IMAGE_IDS });
type Asked = z.infer<typeof GenerateOrEdit>;

function descriptionOf({ action, images }: Pick<ImageGenerationOptions<KnownImage>, "action" | "images">): string {
  const shown = "Draws an image from a description. The user is shown it at once, so do not repeat or link it.";
  if (action === "generate") return shown;
  const names = images.map(({ label, itemId }) => `${label} (${itemId === null ? "from the user" : "drawn before"})`);
  const known = names.length > 0 ? ` There are: ${names.join(", ")}.` : "";
  const what =
    action === "edit" ? "Changes images of the conversation" : "With image_ids, changes those images instead";
  return `${shown} ${what}.${known}`;
}

/** The image generation of one request, as OpenAI's `image_generation`. */
export function createImageGenerationTool<I extends KnownImage>(options: ImageGenerationOptions<I>): Tool<Asked> {
  const images = [...options.images];
  return {
    name: "image_generation",
    description: descriptionOf(options),
    inputSchema: options.action === "generate" ? Generate : GenerateOrEdit,
    cites: false,
    call: IMAGE_GENERATION_CALL,
    async run({ prompt, image_ids = [] }, { signal, spanId, itemId, tell }) {
      const named = image_ids.map((id) => imageOf(images, id));
      const chosen = options.action === "edit" && named.length === 0 ? images.slice(-1) : named;
      let partials = 0;
      const drawn = await options.draw(
        { prompt, images: chosen },
        {
          signal,
          spanId,
          ...(itemId === undefined ? {} : { itemId }),
          onPartial: ({ base64, outputFormat, ...fields }) => {
            const picture = { partial_image_index: partials++, partial_image_b64: base64 };
            tell("partial_image", { ...picture, ...fields, output_format: outputFormat });
          },
        },
      );
      const { base64, revisedPrompt, outputFormat, fileId, ...fields } = drawn;
      const kept = fileId === null ? {} : { file_id: fileId };
      const label = `image_${images.length + 1}`;
      images.push(options.remember({ label, base64 }));
      return {
        output: `The image was drawn, and the user sees it. Its name is ${label}.`,
        item: {
          ...{ ...fields, ...kept, output_format: outputFormat },
          ...{ result: base64, revised_prompt: revisedPrompt ?? prompt },
        },
        sources: [],
      };
    },
  };
}

function imageOf<I extends KnownImage>(images: readonly I[], id: string): I {
  const image = images.find(({ label, itemId }) => label === id || itemId === id);
  if (image) return image;
  const names = images.map(({ label }) => label).join(", ") || "none";
  throw new AppError("invalid_value", `there is no image '${id}'. There are: ${names}.`);
}
