import { config } from "#server/config";
import { AppError } from "#server/errors";
import type { DrawnImage, ImageBytes, ImageModel, ImageRequest } from "#server/providers/image";
import type { Connection } from "#server/providers/provider";
import { endpoint, requestHeaders } from "#server/providers/shared/endpoint";
import { fetchJson } from "#server/providers/shared/fetch-json";
import { type ImageField, refuseImage } from "#server/providers/shared/image-refusal";
import { listOf, numberOf, objectOf, parseObject, stringOf } from "#server/providers/shared/json";
import { SseParser } from "#server/providers/shared/sse-parser";
import { openUpstream } from "#server/providers/shared/upstream";
import { toStreamError } from "#server/providers/shared/upstream-error";

const GPT_IMAGE = /(^|\/)(gpt-image|chatgpt-image)/;
const DALL_E = /(^|\/)dall-e/;

const EVERY_FIELD: ReadonlySet<ImageField> = new Set<ImageField>([
  "size",
  "quality",
  "background",
  "output_format",
  "output_compression",
  "moderation",
  "input_fidelity",
  "partial_images",
  "input_image_mask",
  "action",
]);
/** Of OpenAI's older models. Source: its API reference of `/images/generations` and `/images/edits`. */
const DALL_E_FIELDS: ReadonlySet<ImageField> = new Set<ImageField>(["size", "input_image_mask", "action"]);

/** The fields of a request, whichever of the two routes takes it. Models of unknown make are told what was asked. */
function fieldsOf(modelId: string, request: ImageRequest): Record<string, string | number | boolean> {
  const { size, quality, background, outputFormat, outputCompression, moderation, inputFidelity } = request;
  const isEdit = request.images.length > 0;
  return {
    model: modelId,
    prompt: request.prompt,
    n: 1,
    ...(size === null ? {} : { size }),
    ...(quality === null ? {} : { quality }),
    ...(background === null ? {} : { background }),
    ...(outputFormat === null ? {} : { output_format: outputFormat }),
    ...(outputCompression === null ? {} : { output_compression: outputCompression }),
    ...(moderation === null || isEdit ? {} : { moderation }),
    ...(inputFidelity === null || !isEdit ? {} : { input_fidelity: inputFidelity }),
    ...(request.partialImages === 0 ? {} : { partial_images: request.partialImages, stream: true }),
    // GPT Image gives base64 only, and refuses the field.
    ...(GPT_IMAGE.test(modelId) ? {} : { response_format: "b64_json" }),
  };
}

function partOf({ bytes, mediaType }: ImageBytes, name: string): File {
  const data = new Uint8Array(bytes);
  return new File([data], `${name}.${mediaType.replace(/^image\//, "")}`, { type: mediaType });
}

interface Body {
  path: "/images/generations" | "/images/edits";
  contentType: string;
  body: string | Buffer;
}

async function bodyOf(modelId: string, request: ImageRequest): Promise<Body> {
  const fields = fieldsOf(modelId, request);
  if (request.images.length === 0) {
    return { path: "/images/generations", contentType: "application/json", body: JSON.stringify(fields) };
  }
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, String(value));
  // The older model takes one image, under the name without brackets.
  const field = DALL_E.test(modelId) ? "image" : "image[]";
  request.images.forEach((image, index) => {
    form.append(field, partOf(image, `image-${index + 1}`));
  });
  if (request.mask) form.set("mask", partOf(request.mask, "mask"));
  const encoded = new Response(form);
  const body = Buffer.from(await encoded.arrayBuffer());
  return { path: "/images/edits", contentType: encoded.headers.get("content-type") ?? "", body };
}

function toDrawn(answer: Record<string, unknown> | null, image: Record<string, unknown> | null): DrawnImage | null {
  const base64 = stringOf(image?.b64_json);
  if (base64 === null || base64 === "") return null;
  const [size, quality, background] = ["size", "quality", "background"].map((name) => stringOf(answer?.[name]));
  const revisedPrompt = stringOf(image?.revised_prompt);
  const usage = objectOf(answer?.usage);
  const tokens = { inputTokens: numberOf(usage?.input_tokens), outputTokens: numberOf(usage?.output_tokens) };
  const { inputTokens, outputTokens } = tokens;
  const imageInputTokens = numberOf(objectOf(usage?.input_tokens_details)?.image_tokens);
  const ofImages = imageInputTokens === null ? {} : { imageInputTokens };
  return {
    base64,
    ...(size == null ? {} : { size }),
    ...(quality == null ? {} : { quality }),
    ...(background == null ? {} : { background }),
    ...(revisedPrompt === null ? {} : { revisedPrompt }),
    ...(inputTokens === null || outputTokens === null ? {} : { usage: { inputTokens, outputTokens, ...ofImages } }),
  };
}

/** A model behind `POST {base}/images/generations` and `/images/edits`. */
export function createImageModel(connection: Connection, modelId: string): ImageModel {
  const noImage = () =>
    new AppError("provider_error", `The provider "${connection.name}" sent no image.`, {
      detail: { provider: connection.name },
    });

  async function call(request: ImageRequest) {
    const { path, contentType, body } = await bodyOf(modelId, request);
    return {
      connection,
      url: endpoint(connection, path),
      method: "POST" as const,
      headers: { ...requestHeaders(connection), "content-type": contentType },
      body,
      signal: request.signal,
      firstByteMs: config().IMAGE_GENERATION_TIMEOUT_SECONDS,
      once: true,
    };
  }

  async function drawStreaming(request: ImageRequest): Promise<DrawnImage> {
    const upstream = await openUpstream(await call(request));
    const parser = new SseParser();
    try {
      for (let chunk = await upstream.read(); chunk !== null; chunk = await upstream.read()) {
        for (const data of parser.push(chunk)) {
          const event = parseObject(data);
          const type = stringOf(event?.type) ?? "";
          if (event?.error) throw toStreamError(event.error, connection);
          const drawn = toDrawn(event, event);
          if (!drawn) continue;
          if (type.endsWith(".completed")) return drawn;
          request.onPartial(drawn);
        }
      }
    } finally {
      upstream.close();
    }
    throw noImage();
  }

  return {
    modelId,
    refusal: (demand) =>
      refuseImage(`${connection.name}/${modelId}`, demand, DALL_E.test(modelId) ? DALL_E_FIELDS : EVERY_FIELD),
    async draw(request) {
      if (request.partialImages > 0) return drawStreaming(request);
      const answer = objectOf(await fetchJson(await call(request)));
      const drawn = toDrawn(answer, objectOf(listOf(answer?.data)[0]));
      if (!drawn) throw noImage();
      return drawn;
    },
  };
}
