import type { ImageRequest } from "#server/providers/image";

/** A request for an image that says nothing but its prompt, and what a test changes of it. */
export function imageRequest(change: Partial<ImageRequest> = {}): ImageRequest {
  return {
    prompt: "A cat",
    images: [],
    mask: null,
    size: null,
    quality: null,
    background: null,
    outputFormat: null,
    outputCompression: null,
    moderation: null,
    inputFidelity: null,
    partialImages: 0,
    signal: new AbortController().signal,
    onPartial: () => undefined,
    ...change,
  };
}
