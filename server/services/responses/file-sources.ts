import { fileSource, imageSource } from "#server/engine/model-input";
import type { FunctionOutputPart, MessagePart } from "#server/protocol/content";
import type { Item } from "#server/protocol/items";
import { isCallOutput } from "#server/services/responses/pair-calls";

/** An image or a file that the model is to be shown, and where it comes from. */
export interface FileSource {
  kind: "image" | "document";
  from: "data" | "url" | "id";
  /** The data (base64 or a data URL), the URL or the file id: what {@link imageSource} and {@link fileSource} give. */
  source: string;
  /** As the request names it. */
  filename: string | null;
  /** The field of the request; `input` for what an earlier response had. */
  param: string;
  /** True for this request's own input: what cannot be had is then refused, not left out. */
  own: boolean;
}

type FilePart = Omit<FileSource, "param" | "own"> & { field: string };

function partsOf(item: Item): readonly (MessagePart | FunctionOutputPart)[] {
  if (item.type === "message") return item.content;
  return isCallOutput(item) && typeof item.output !== "string" ? item.output : [];
}

function describePart(part: MessagePart | FunctionOutputPart): FilePart | null {
  if (part.type === "input_image") {
    const source = imageSource(part);
    const from = part.image_url === null ? "id" : /^data:/i.test(source) ? "data" : "url";
    const field = from === "id" ? "file_id" : "image_url";
    return { kind: "image", from, source, filename: null, field };
  }
  if (part.type !== "input_file") return null;
  const field = part.file_data !== undefined ? "file_data" : part.file_id !== undefined ? "file_id" : "file_url";
  const from = ({ file_data: "data", file_id: "id", file_url: "url" } as const)[field];
  return { kind: "document", from, source: fileSource(part), filename: part.filename ?? null, field };
}

export interface SourceItems {
  /** Everything that the model is shown. */
  items: readonly Item[];
  /** Those of this request, and those of its prompt. */
  inputItems: readonly Item[];
  promptItems: readonly Item[];
}

/**
 * The images and files of items, each once.
 * Throws AppError `invalid_value` for a part that names no source.
 */
export function fileSourcesOf({ items, inputItems, promptItems }: SourceItems): FileSource[] {
  const sources = new Map<string, FileSource>();
  const paths = new Map(promptItems.map((item) => [item.id, "prompt.variables"]));
  for (const [index, item] of inputItems.entries()) paths.set(item.id, `input[${index}]`);
  for (const item of items) {
    const path = paths.get(item.id);
    const list = item.type === "message" ? "content" : "output";
    for (const [place, part] of partsOf(item).entries()) {
      const described = describePart(part);
      if (described === null) continue;
      const { field, ...file } = described;
      const key = `${file.kind} ${file.source}`;
      if (sources.has(key) && path === undefined) continue;
      const inInput = path?.startsWith("input[");
      const param = inInput ? `${path}.${list}[${place}].${field}` : (path ?? "input");
      sources.set(key, { ...file, param, own: path !== undefined });
    }
  }
  return [...sources.values()];
}
