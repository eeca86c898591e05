import type { FunctionOutputPart } from "#server/protocol/content";
import { ImageCallMade } from "#server/protocol/image-tools";
import type { Item } from "#server/protocol/items";
import { callPair } from "#server/services/responses/call-pair";
import type { ContextImage } from "#server/services/responses/images-of-context";

const NAME = "image_generation";

/**
 * The items as a model can read them whose provider draws nothing: each image as the call of a function, with the image
 * itself where the model sees images. `images` are those of the context, by whose names they are called.
 */
export function imagesAsCalls(items: readonly Item[], images: readonly ContextImage[], vision: boolean): Item[] {
  const labels = new Map(images.map(({ itemId, label }) => [itemId, label]));
  return items.flatMap((item): Item[] => {
    if (item.type !== "image_generation_call") return [item];
    const { data } = ImageCallMade.safeParse(item);
    if (!data) return [];
    const asked = JSON.stringify({ prompt: data.revised_prompt ?? "" });
    const output = outcomeOf(data, labels.get(item.id), vision);
    return callPair({ id: data.id, name: NAME, arguments: asked, output });
  });
}

function outcomeOf(made: ImageCallMade, label: string | undefined, vision: boolean): FunctionOutputPart[] {
  const words =
    label === undefined ? "No image came of it." : `The image was drawn, and the user sees it. Its name is ${label}.`;
  const said: FunctionOutputPart = { type: "input_text", text: words };
  const seen: FunctionOutputPart[] =
    vision && made.result
      ? [
          {
            type: "input_image",
            detail: "auto",
            image_url: `data:image/${made.output_format ?? "png"};base64,${made.result}`,
          },
        ]
      : [];
  return [said, ...seen];
}
