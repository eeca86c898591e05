import { AppError } from "#server/errors";
import type { CompactionItem } from "#server/protocol/compaction";
import type { FunctionOutputPart, InputFilePart, InputImagePart, MessagePart } from "#server/protocol/content";
import type { CustomToolCallOutputItem } from "#server/protocol/custom-tool-items";
import type { FileSearchCallItem, FunctionCallOutputItem, Item } from "#server/protocol/items";
import { isVendorItem, type VendorItem } from "#server/protocol/vendor-items";
import type { ModelContent, ModelInput } from "#server/providers/provider";

/** A stored or fetched file whose content the model is to read. */
export interface LoadedFile {
  /** base64. */
  data: string;
  mediaType: string;
  filename: string;
}

/** Loaded files by their `file_id` or `file_url`. */
export type LoadedFiles = ReadonlyMap<string, LoadedFile>;

const NO_FILES: LoadedFiles = new Map();
const DATA_URL = /^data:([^;,]+)?(?:;[^;,]*)*;base64,/;

/**
 * What the model sees of a conversation's items. Calls of hosted tools in earlier responses are shown with what they
 * found, without citation markers: only passages of this response can be cited.
 * Throws AppError `invalid_value` for a file that is not among `files`.
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
        content: item.content.map((part) => toContent(part, files)),
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
      return { type: "tool_call", callId: item.call_id, name: item.name, arguments: item.arguments };
    case "custom_tool_call": {
      // A custom tool's input is free text; most vendors carry arguments as a JSON object.
      const { call_id: callId, name, input } = item;
      return { type: "tool_call", callId, name, arguments: JSON.stringify({ input }), input };
    }
    case "function_call_output":
    case "custom_tool_call_output": {
      const name = names.get(item.call_id) ?? "";
      const custom = item.type === "custom_tool_call_output" ? { custom: true as const } : {};
      const output = outputOf(item, files);
      return { type: "tool_result", callId: item.call_id, name, output, isError: false, ...custom };
    }
  }
}

function outputOf(item: FunctionCallOutputItem | CustomToolCallOutputItem, files: LoadedFiles): ModelContent[] {
  if (typeof item.output === "string") return [{ type: "text", text: item.output }];
  return item.output.map((part) => toContent(part, files));
}

function toContent(part: MessagePart | FunctionOutputPart, files: LoadedFiles): ModelContent {
  switch (part.type) {
    case "input_text":
    case "output_text":
      return { type: "text", text: part.text };
    case "refusal":
      return { type: "text", text: part.refusal };
    case "input_video":
      return { type: "text", text: `Video: ${part.video_url}` };
    case "input_audio":
      return { type: "audio", ...part.input_audio };
    case "input_image":
      return imageOf(part, files);
    case "input_file":
      return fileOf(part, files);
  }
}

function imageOf(part: InputImagePart, files: LoadedFiles): ModelContent {
  const detail = part.detail === "original" ? "high" : part.detail;
  if (part.image_url !== null) return { type: "image", url: part.image_url, detail };
  const file = loaded(part.file_id, files);
  return { type: "image", url: `data:${file.mediaType};base64,${file.data}`, detail };
}

function fileOf(part: InputFilePart, files: LoadedFiles): ModelContent {
  if (part.file_data === undefined) {
    return { type: "file", ...loaded(part.file_id ?? part.file_url, files) };
  }
  const header = DATA_URL.exec(part.file_data);
  const filename = part.filename ?? "file";
  const mediaType = header?.[1] ?? (filename.toLowerCase().endsWith(".pdf") ? "application/pdf" : "text/plain");
  return { type: "file", data: part.file_data.slice(header?.[0].length ?? 0), mediaType, filename };
}

function loaded(key: string | undefined, files: LoadedFiles): LoadedFile {
  if (key === undefined) {
    throw new AppError("invalid_value", "An image or file needs its data, its URL or a file id.", { param: "input" });
  }
  const file = files.get(key);
  if (!file) throw new AppError("invalid_value", `The file '${key}' cannot be read.`, { param: "input" });
  return file;
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
