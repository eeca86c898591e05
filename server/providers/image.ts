import type { AppError } from "#server/errors";
import type { ImageSettings } from "#server/protocol/image-tools";

/** An image that a model is given. */
export interface ImageBytes {
  bytes: Uint8Array;
  /** Of PNG, JPEG, WebP or GIF. */
  mediaType: string;
}

export interface ImageRequest extends ImageSettings {
  prompt: string;
  /** What is to be edited, or taken up; empty: the image is drawn from nothing. */
  images: readonly ImageBytes[];
  /** Where its pixels are transparent the first image is to change. */
  mask: ImageBytes | null;
  signal: AbortSignal;
  /** Told of each picture of the image on its way. */
  onPartial(image: DrawnImage): void;
}

/** What a model has drawn. Beside the image: what it says of it. */
export interface DrawnImage {
  base64: string;
  size?: string;
  quality?: string;
  background?: string;
  /** The prompt as the model's vendor has changed it. */
  revisedPrompt?: string;
  /** `imageInputTokens`: those of the input's that are of images. */
  usage?: { inputTokens: number; imageInputTokens?: number; outputTokens: number };
}

/** What an image may be asked of a model beside its prompt. */
export interface ImageDemand extends ImageSettings {
  /** True: with a mask. */
  masked: boolean;
  /** True: only as a change of another image. */
  edits: boolean;
}

/** A model that draws. */
export interface ImageModel {
  readonly modelId: string;
  /** How it would refuse what it cannot honour, `param` being the field's name; null when it takes it. */
  refusal(demand: ImageDemand): AppError | null;
  /**
   * @throws AppError provider_error, provider_auth_error, provider_timeout and the other codes of a vendor that fails; the
   *   signal's reason on abort
   */
  draw(request: ImageRequest): Promise<DrawnImage>;
}
