import { AppError } from "#server/errors";
import type { ImageDemand } from "#server/providers/image";

/** The tool's fields that a model may not know, as a request names them. */
export type ImageField =
  | "size"
  | "quality"
  | "background"
  | "output_format"
  | "output_compression"
  | "moderation"
  | "input_fidelity"
  | "partial_images"
  | "input_image_mask"
  | "action";

function demanded(demand: ImageDemand): ImageField[] {
  const fields: [ImageField, boolean][] = [
    ["size", demand.size !== null],
    ["quality", demand.quality !== null],
    ["background", demand.background === "transparent"],
    ["output_format", demand.outputFormat !== null],
    ["output_compression", demand.outputCompression !== null],
    ["moderation", demand.moderation !== null],
    ["input_fidelity", demand.inputFidelity !== null],
    ["partial_images", demand.partialImages > 0],
    ["input_image_mask", demand.masked],
    ["action", demand.edits],
  ];
  return fields.flatMap(([field, isAsked]) => (isAsked ? [field] : []));
}

/** The refusal of a model that knows only `taken` of the fields; null when nothing else is asked. */
export function refuseImage(model: string, demand: ImageDemand, taken: ReadonlySet<ImageField>): AppError | null {
  const field = demanded(demand).find((asked) => !taken.has(asked));
  if (field === undefined) return null;
  const what = field === "action" ? "'edit': it changes no images" : "it knows no such setting";
  const message = `Unsupported parameter: '${field}' with the image model '${model}' (${what}). Leave it out or use another model.`;
  return new AppError("unsupported_parameter", message, { param: field });
}
