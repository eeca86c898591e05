import { AppError, isAppError, toAppError } from "#server/errors";
import { errorFacts, log } from "#server/log";
import { type ImageTool, readImageTool } from "#server/protocol/image-tools";
import { isVendorTool } from "#server/protocol/vendor-tools";
import type { ServiceContext } from "#server/services/context";
import { keepFile } from "#server/services/files/keep-file";
import {
  type DrawnImage,
  type ImageBytes,
  type ResolvedImageModel,
  resolveImageModel,
} from "#server/services/models/resolve-image-model";
import type { ResolvedModel } from "#server/services/models/resolve-model";
import type { FileSource } from "#server/services/responses/file-sources";
import { imagesAsCalls } from "#server/services/responses/images-as-calls";
import {
  type ContextImage,
  drawnSource,
  imagesOfContext,
  loadImage,
} from "#server/services/responses/images-of-context";
import type { McpInput } from "#server/services/responses/open-mcp";
import { imageGeneration } from "#server/tools/registry";
import type { Tool } from "#server/tools/tool";

export interface ImageGenerationInput extends Pick<McpInput, "request" | "context" | "tools" | "placeOf"> {
  /** The response's own model. */
  resolved: ResolvedModel;
  /** The caller's own provider key, for this request alone. */
  providerApiKey: string | null;
}

/**
 * Makes the image generation of a request, unless the model's provider runs it itself, and shows the model the images of
 * earlier turns. The request comes back as its response shows it: with the tool's defaults filled in.
 * @throws AppError model_not_found for a model that draws; unsupported_parameter for what that knows not; as
 *   `readImageTool` for a tool at fault; as {@link loadImage} for a mask
 */
export async function openImageGeneration({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: ImageGenerationInput;
}): Promise<Pick<McpInput, "request" | "context" | "tools">> {
  const { request, context, tools, resolved, placeOf } = input;
  const isConcerned =
    request.tools.some(({ type }) => type === "image_generation") ||
    context.items.some(({ type }) => type === "image_generation_call");
  if (!isConcerned || (await resolved.languageModel.runsTools?.(ctx.signal))) return { request, context, tools };
  const images = imagesOfContext(context);
  const all = new Map(tools);
  const shown = await Promise.all(
    request.tools.map(async (tool) => {
      if (!isVendorTool(tool) || tool.type !== "image_generation") return tool;
      const { read, shown } = readImageTool(tool, placeOf(tool));
      all.set(tool.type, await openTool(ctx, { input, read, place: placeOf(tool), images }));
      return shown;
    }),
  );
  const vision = resolved.takes?.includes("image") ?? false;
  return {
    request: { ...request, tools: shown },
    context: { ...context, items: imagesAsCalls(context.items, images, vision) },
    tools: all,
  };
}

interface OpenInput {
  input: ImageGenerationInput;
  read: ImageTool;
  place: string;
  images: readonly ContextImage[];
}

async function openTool(ctx: ServiceContext, { input, read, place, images }: OpenInput): Promise<Tool> {
  const { resolved, providerApiKey } = input;
  const asked = { name: read.model, provider: resolved.provider, providerApiKey };
  const image = await resolveImageModel({ ctx, input: asked }).catch((error: unknown) => {
    throw placed(error, place);
  });
  const demand = { ...read.settings, masked: read.mask !== null, edits: read.action === "edit" };
  const refusal = image.model.refusal(demand);
  if (refusal) throw placed(refusal, place);
  if (read.action === "edit" && images.length === 0) {
    const message =
      "The tool 'image_generation' is to edit, but neither the input nor what came before holds an image.";
    throw new AppError("invalid_value", message, { param: `${place}.action` });
  }
  const mask = read.mask === null ? null : await loadMask(ctx, maskSource(read.mask, `${place}.input_image_mask`));
  return imageGeneration.create<ContextImage>({
    action: read.action,
    images,
    remember: ({ label, base64 }) => ({ label, itemId: null, source: drawnSource(base64) }),
    draw: ({ prompt, images: chosen }, { onPartial, itemId, ...call }) =>
      draw(ctx, {
        ...{ image, read, prompt, chosen, mask, ...call },
        // Of a response that is not to be stored nothing is kept.
        keptBy: input.request.store ? (itemId ?? null) : null,
        onPartial: (partial) => onPartial(fieldsOf(partial, read)),
      }),
  });
}

/** What is wrong with the tool names the tool's place. */
function placed(error: unknown, place: string): unknown {
  if (!isAppError(error) || error.param === null) return error;
  const { code, message, param, wireCode } = error;
  return new AppError(code, message, { param: `${place}.${param}`, wireCode });
}

async function loadMask(ctx: ServiceContext, source: FileSource): Promise<ImageBytes> {
  try {
    return await loadImage(ctx, source);
  } catch (error) {
    if (!isAppError(error) || error.code !== "not_found") throw error;
    throw new AppError("not_found", error.message, { param: source.param, wireCode: null });
  }
}

function maskSource(mask: NonNullable<ImageTool["mask"]>, param: string): FileSource {
  const common = { kind: "image", filename: null, own: true } as const;
  if ("file_id" in mask) return { ...common, from: "id", source: mask.file_id, param: `${param}.file_id` };
  const from = /^https?:/i.test(mask.image_url) ? "url" : "data";
  return { ...common, from, source: mask.image_url, param: `${param}.image_url` };
}

interface Drawing {
  image: ResolvedImageModel;
  read: ImageTool;
  prompt: string;
  chosen: readonly ContextImage[];
  mask: ImageBytes | null;
  signal: AbortSignal;
  spanId: string;
  /** The item with which the image's file is kept; null: there is none. */
  keptBy: string | null;
  onPartial(partial: DrawnImage): void;
}

/** Draws, and puts on the trace who did and what it took. The image itself does not go there. */
async function draw(ctx: ServiceContext, drawing: Drawing) {
  const { image, read, prompt, chosen, mask, signal, onPartial } = drawing;
  const span = ctx.trace.startSpan({
    name: `draw ${image.servedModel}`,
    kind: "tool",
    parentId: drawing.spanId,
    attributes: { provider: image.provider, model: image.model.modelId, images: chosen.length },
  });
  try {
    const images = await Promise.all(chosen.map(({ source }) => loadImage(ctx, source)));
    const request = { ...read.settings, prompt, images, mask: images.length > 0 ? mask : null, signal, onPartial };
    const drawn = await image.model.draw(request);
    const costUsd = image.price(drawn.usage);
    ctx.trace.charge(costUsd);
    const fields = fieldsOf(drawn, read);
    const fileId = drawing.keptBy === null ? null : await keepImage(ctx, drawing.keptBy, fields);
    const bytes = Buffer.byteLength(drawn.base64, "base64");
    span.set({
      bytes,
      fileId,
      costUsd,
      inputTokens: drawn.usage?.inputTokens ?? null,
      outputTokens: drawn.usage?.outputTokens ?? null,
    });
    span.end();
    return { ...fields, fileId, revisedPrompt: drawn.revisedPrompt ?? null };
  } catch (error) {
    const { code, message } = toAppError(error);
    span.end(signal.aborted ? { status: "cancelled" } : { status: "error", error: { code, message } });
    throw error;
  }
}

/** The image as a file of the team's, which goes with its item. One that cannot be stored is in the item all the same. */
async function keepImage(
  ctx: ServiceContext,
  itemId: string,
  { base64, outputFormat }: { base64: string; outputFormat: string },
): Promise<string | null> {
  const filename = `${itemId}.${outputFormat === "jpeg" ? "jpg" : outputFormat}`;
  const bytes = Buffer.from(base64, "base64");
  try {
    return await keepFile({ ctx, input: { bytes, filename, mediaType: `image/${outputFormat}`, itemId } });
  } catch (error) {
    log().warn({ ...errorFacts(error) }, "an image was not stored as a file");
    return null;
  }
}

/** An image's fields as an item shows them: what the model says of it, else what was asked for. */
function fieldsOf({ base64, size, quality, background }: DrawnImage, { settings }: ImageTool) {
  return {
    base64,
    size: size ?? settings.size ?? "auto",
    quality: quality ?? settings.quality ?? "auto",
    background: background ?? settings.background ?? "auto",
    outputFormat: settings.outputFormat ?? formatOf(base64),
  };
}

/** By the first bytes of an image. */
function formatOf(base64: string): string {
  if (base64.startsWith("/9j/")) return "jpeg";
  return base64.startsWith("UklGR") ? "webp" : "png";
}
