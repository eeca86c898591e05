import { AppError } from "#server/errors";
import { callLabelsOf, outputLabelsOf } from "#server/protocol/call-labels";
import type { CompactionItem } from "#server/protocol/compaction";
import type { FunctionOutputPart, InputFilePart, InputImagePart, MessagePart } from "#server/protocol/content";
import type { CustomToolCallOutputItem } from "#server/protocol/custom-tool-items";
import type { FileSearchCallItem, FunctionCallOutputItem, Item } from "#server/protocol/items";
import { isVendorItem, type VendorItem } from "#server/protocol/vendor-items";
import type { ModelContent, ModelInput } from "#server/providers/provider";

/** A document as a model can be shown it. */
export interface ReadableFile {
  filename: string;
  /** null when it is nothing but pictures. */
  text: string | null;
  /** The document's pages, or the image that it is: data URLs, in order. */
  images: readonly string[];
}

/** What items name or carry, by {@link imageSource} and {@link fileSource}; null for what is no longer to be had. */
export interface LoadedFiles {
  /** Data URLs. */
  images: ReadonlyMap<string, string | null>;
  documents: ReadonlyMap<string, ReadableFile | null>;
}

const NO_FILES: LoadedFiles = { images: new Map(), documents: new Map() };
const GONE = { type: "text", text: "[This file is no longer available.]" } as const;

/** Where an image comes from: a data URL, a URL or a file id. Throws AppError `invalid_value` when nothing says so. */
export function imageSource(part: InputImagePart): string {
  return part.image_url ?? part.file_id ?? missingSource("An image needs its 'image_url' or 'file_id'.");
}

/** Where a file comes from: its data, a file id or a URL. Throws AppError `invalid_value` when nothing says so. */
export function fileSource(part: InputFilePart): string {
  const source = part.file_data ?? part.file_id ?? part.file_url;
  return source ?? missingSource("A file needs its 'file_data', 'file_id' or 'file_url'.");
}

function missingSource(message: string): never {
  throw new AppError("invalid_value", message, { param: "input" });
}

/**
 * What the model sees of a conversation's items. Calls of hosted tools in earlier responses are shown with what they
 * found, without citation markers: only passages of this response can be cited.
 * Throws AppError `invalid_value` for a file that is not among `files`, or that has no source.
 */
export function toModelInput(items: readonly Item[], files: LoadedFiles = NO_FILES): ModelInput[] {
  const names = new Map<string, string>();
  const input: ModelInput[] = [];
  for (const item of items) {
    if (item.type === "function_call" || item.type === "custom_tool_call") names.set(item.call_id, item.name);
    // Whoever loads a context has put its content in its place.
    if (item.type === "compaction") continue;
    if (isVendorItem(item)) input.push({ type: "vendor_item", item });
    else if (item.type === "file_search_call") input.push(...replaySearch(item));
    else input.push(toOneInput(item, names, files));
  }
  return input;
}

function toOneInput(
  item: Exclude<Item, FileSearchCallItem | CompactionItem | VendorItem>,
  names: ReadonlyMap<string, string>,
  files: LoadedFiles,
): ModelInput {
  switch (item.type) {
    case "message":
      return {
        type: "message",
        role: item.role,
        content: item.content.flatMap((part) => toContent(part, files)),
        ...(item.name === undefined ? {} : { name: item.name }),
        ...(item.phase === undefined ? {} : { phase: item.phase }),
      };
    case "reasoning":
      return {
        type: "reasoning",
        text: item.content?.map((part) => part.text).join("") ?? "",
        summary: item.summary.map((part) => part.text),
        encryptedContent: item.encrypted_content ?? null,
      };
    case "function_call":
      return {
        type: "tool_call",
        callId: item.call_id,
        name: item.name,
        arguments: item.arguments,
        ...labelled(callLabelsOf(item)),
      };
    case "custom_tool_call": {
      // A custom tool's input is free text; most vendors carry arguments as a JSON object.
      const { call_id: callId, name, input } = item;
      const labels = labelled(callLabelsOf(item));
      return { type: "tool_call", callId, name, arguments: JSON.stringify({ input }), input, ...labels };
    }
    case "function_call_output":
    case "custom_tool_call_output": {
      const name = names.get(item.call_id) ?? "";
      const custom = item.type === "custom_tool_call_output" ? { custom: true as const } : {};
      const output = outputOf(item, files);
      return {
        type: "tool_result",
        callId: item.call_id,
        name,
        output,
        isError: false,
        ...custom,
        ...labelled(outputLabelsOf(item)),
      };
    }
  }
}

/** The labels as a field; nothing where there are none. */
function labelled<L extends object>(labels: L): { labels?: L } {
  return Object.keys(labels).length > 0 ? { labels } : {};
}

function outputOf(item: FunctionCallOutputItem | CustomToolCallOutputItem, files: LoadedFiles): ModelContent[] {
  if (typeof item.output === "string") return [{ type: "text", text: item.output }];
  return item.output.flatMap((part) => toContent(part, files));
}

function toContent(part: MessagePart | FunctionOutputPart, files: LoadedFiles): ModelContent[] {
  switch (part.type) {
    case "input_text":
    case "output_text":
      return endingPrefix([{ type: "text", text: part.text }], part);
    case "refusal":
      return [{ type: "text", text: part.refusal }];
    case "input_video":
      return [{ type: "text", text: `Video: ${part.video_url}` }];
    case "input_audio":
      return [{ type: "audio", ...part.input_audio }];
    case "input_image":
      return endingPrefix(imageOf(part, files), part);
    case "input_file":
      return endingPrefix(fileOf(part, files), part);
  }
}

/** The content of a part, its last piece marked where the part ends a prefix that is to be cached. */
function endingPrefix(content: ModelContent[], part: object): ModelContent[] {
  const last = content.at(-1);
  if (!("prompt_cache_breakpoint" in part) || !last || last.type === "audio") return content;
  return [...content.slice(0, -1), { ...last, endsPrefix: true }];
}

function imageOf(part: InputImagePart, files: LoadedFiles): ModelContent[] {
  const url = found(files.images, imageSource(part));
  if (url === null) return [GONE];
  return [{ type: "image", url, detail: part.detail === "original" ? "high" : part.detail }];
}

/** A document's text between tags that name it, then its pictures. */
function fileOf(part: InputFilePart, files: LoadedFiles): ModelContent[] {
  const file = found(files.documents, fileSource(part));
  if (file === null) return [GONE];
  const name = JSON.stringify(part.filename ?? file.filename);
  const images = file.images.map((url): ModelContent => ({ type: "image", url, detail: part.detail ?? "auto" }));
  if (file.text === null) return [{ type: "text", text: `<file name=${name}/>` }, ...images];
  return [{ type: "text", text: `<file name=${name}>\n${file.text}\n</file>` }, ...images];
}

function found<T>(files: ReadonlyMap<string, T>, source: string): T {
  const file = files.get(source);
  if (file !== undefined) return file;
  throw new AppError("invalid_value", "A file or image of the input cannot be read.", { param: "input" });
}

function replaySearch(item: FileSearchCallItem): ModelInput[] {
  if (item.status !== "completed") return [];
  const found = item.results?.map((result) => `${result.filename}\n${result.text}`).join("\n---\n");
  const text = found || "The results of this search are no longer at hand.";
  return [
    { type: "tool_call", callId: item.id, name: "file_search", arguments: JSON.stringify({ queries: item.queries }) },
    { type: "tool_result", callId: item.id, name: "file_search", output: [{ type: "text", text }], isError: false },
  ];
}
