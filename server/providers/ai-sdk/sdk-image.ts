import type { ImageModelV4, ImageModelV4File } from "@ai-sdk/provider";
import { config } from "#server/config";
import { AppError } from "#server/errors";
import { createSdkFetch } from "#server/providers/ai-sdk/sdk-fetch";
import { toSdkError } from "#server/providers/ai-sdk/sdk-model";
import type { ImageBytes, ImageModel } from "#server/providers/image";
import type { Connection } from "#server/providers/provider";
import { type ImageField, refuseImage } from "#server/providers/shared/image-refusal";

/** What differs between the vendors' models that draw. */
export interface SdkImageVendor {
  /** Loads the vendor's package and makes the model; the fetch given must be the one it uses. */
  open(connection: Connection, modelId: string, fetch: typeof globalThis.fetch): Promise<ImageModelV4>;
  /** The tool's fields that reach the vendor; what else is demanded is refused. */
  takes: ReadonlySet<ImageField>;
  /** As what the vendor is told a size. */
  shape: "size" | "aspectRatio";
}

/** `1536x1024` as `3:2`. */
function ratioOf(size: string): `${number}:${number}` {
  const [width = 1, height = 1] = size.split("x").map(Number);
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
  const common = divisor(width, height);
  return `${width / common}:${height / common}`;
}

function shapeOf(size: string | null, shape: SdkImageVendor["shape"]) {
  const none = { size: undefined, aspectRatio: undefined };
  if (size === null) return none;
  return shape === "size" ? { ...none, size: size as `${number}x${number}` } : { ...none, aspectRatio: ratioOf(size) };
}

function toFile({ bytes, mediaType }: ImageBytes): ImageModelV4File {
  return { type: "file", mediaType, data: bytes };
}

/** A model that draws behind one of the AI SDK's packages, over our own way out. */
export function createSdkImageModel(vendor: SdkImageVendor, connection: Connection, modelId: string): ImageModel {
  return {
    modelId,
    refusal: (demand) => refuseImage(`${connection.name}/${modelId}`, demand, vendor.takes),
    async draw({ prompt, size, images, mask, signal }) {
      try {
        const firstByteMs = config().IMAGE_GENERATION_TIMEOUT_SECONDS;
        const send = createSdkFetch(connection, { signal, firstByteMs, once: true });
        const model = await vendor.open(connection, modelId, send);
        const { images: drawn, usage } = await model.doGenerate({
          ...{ prompt, n: 1, seed: undefined, ...shapeOf(size, vendor.shape) },
          files: images.length === 0 ? undefined : images.map(toFile),
          mask: mask === null ? undefined : toFile(mask),
          ...{ providerOptions: {}, abortSignal: signal },
        });
        const [image] = drawn;
        if (image === undefined) {
          throw new AppError("provider_error", `The provider "${connection.name}" sent no image.`, {
            detail: { provider: connection.name },
          });
        }
        const tokens = { inputTokens: usage?.inputTokens ?? 0, outputTokens: usage?.outputTokens ?? 0 };
        return {
          base64: typeof image === "string" ? image : Buffer.from(image).toString("base64"),
          ...(usage === undefined ? {} : { usage: tokens }),
        };
      } catch (error) {
        throw toSdkError(error, connection, signal);
      }
    },
  };
}
