import { AppError } from "#server/errors";
import { ImageCallMade } from "#server/protocol/image-tools";
import type { Item } from "#server/protocol/items";
import type { ServiceContext } from "#server/services/context";
import type { ImageBytes } from "#server/services/models/resolve-image-model";
import { type FileSource, fileSourcesOf } from "#server/services/responses/file-sources";
import type { ResponseContext } from "#server/services/responses/load-context";
import { openFileSource } from "#server/services/responses/open-file-source";
import { readImage } from "#server/services/responses/read-file-bytes";

/** Decoded, of one image. */
const MAX_IMAGE_BYTES = 20 * 1024 * 1024;

/** An image of a conversation, by the name under which the model knows it. */
export interface ContextImage {
  label: string;
  /** Of the call that drew it; null for one that came with the input. */
  itemId: string | null;
  source: FileSource;
}

/** Where the base64 of an image that was drawn is read from. */
export function drawnSource(base64: string): FileSource {
  return { kind: "image", from: "data", source: base64, filename: null, param: "input", own: false };
}

/** The images of a context, oldest first: those that were drawn, and those that users and tools have shown. */
export function imagesOfContext({ items, inputItems, promptItems }: ResponseContext): ContextImage[] {
  const found = [...promptItems, ...items].flatMap((item): Omit<ContextImage, "label">[] => {
    if (item.type === "image_generation_call") {
      const result = ImageCallMade.safeParse(item).data?.result;
      return result ? [{ itemId: item.id, source: drawnSource(result) }] : [];
    }
    return sourcesOf(item, { inputItems, promptItems }).map((source) => ({ itemId: null, source }));
  });
  return found.map((image, index) => ({ label: `image_${index + 1}`, ...image }));
}

function sourcesOf(item: Item, rest: Pick<ResponseContext, "inputItems" | "promptItems">): FileSource[] {
  return fileSourcesOf({ items: [item], ...rest }).filter(({ kind }) => kind === "image");
}

/**
 * The bytes of an image.
 * @throws AppError invalid_value, payload_too_large, outbound_not_allowed, not_found, database_unavailable
 */
export async function loadImage(ctx: ServiceContext, source: FileSource): Promise<ImageBytes> {
  const url = await readImage(source, await openFileSource(ctx, source, MAX_IMAGE_BYTES));
  const [, mediaType, base64] = /^data:([^;]+);base64,(.*)$/s.exec(url) ?? [];
  if (mediaType === undefined || base64 === undefined) {
    throw new AppError("invalid_value", "An image cannot be read.", { param: source.param });
  }
  return { bytes: Buffer.from(base64, "base64"), mediaType };
}
