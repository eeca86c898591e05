import type { FunctionOutputPart } from "#server/protocol/content";
import { ImageCallMade } from "#server/protocol/image-tools";
import type { FunctionCallItem, FunctionCallOutputItem, Item } from "#server/protocol/items";
import type { ContextImage } from "#server/services/responses/images-of-context";
import { callIdOf } from "#server/services/responses/mcp-as-calls";

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
    return data ? callPair(data, labels.get(item.id), vision) : [];
  });
}

function callPair(
  made: ImageCallMade,
  label: string | undefined,
  vision: boolean,
): [FunctionCallItem, FunctionCallOutputItem] {
  const common = { status: "completed", call_id: callIdOf(made.id) } as const;
  const text = JSON.stringify({ prompt: made.revised_prompt ?? "" });
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
  return [
    { type: "function_call", id: made.id, ...common, name: NAME, arguments: text },
    { type: "function_call_output", id: `${made.id}_result`, ...common, output: [said, ...seen] },
  ];
}
