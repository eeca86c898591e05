import { AppError } from "#server/errors";
import type { FunctionOutputPart, InputFilePart, InputImagePart, MessagePart } from "#server/protocol/content";
import type { FileSearchCallItem, Item } from "#server/protocol/items";
import type { ModelContent, ModelInput } from "#server/providers/provider";

/** A file that an item names, ready to be shown to a model. */
export interface InputFile {
  /** base64 */
  data: string;
  mediaType: string;
  filename: string;
}

/** Reaches the files that items name by id or URL. */
export interface FileSource {
  byId(fileId: string): Promise<InputFile>;
  byUrl(url: string): Promise<InputFile>;
}

const DATA_URL = /^data:([^;,]*)(?:;[^,]*)?;base64,(.*)$/s;

async function imageContent(part: InputImagePart, files: FileSource): Promise<ModelContent> {
  const detail = part.detail === "original" ? "high" : part.detail;
  if (part.image_url !== null) return { type: "image", url: part.image_url, detail };
  if (part.file_id === undefined) {
    throw new AppError("missing_required_parameter", "An input_image needs `image_url` or `file_id`.", {
      param: "input",
    });
  }
  const file = await files.byId(part.file_id);
  return { type: "image", url: `data:${file.mediaType};base64,${file.data}`, detail };
}

async function fileContent(part: InputFilePart, files: FileSource): Promise<ModelContent> {
  if (part.file_data !== undefined) {
    const [, mediaType = "", data = part.file_data] = DATA_URL.exec(part.file_data) ?? [];
    const filename = part.filename ?? "file";
    return { type: "file", data, mediaType: mediaType || mediaTypeOf(filename), filename };
  }
  if (part.file_id !== undefined) return { type: "file", ...(await files.byId(part.file_id)) };
  if (part.file_url !== undefined) return { type: "file", ...(await files.byUrl(part.file_url)) };
  const message = "An input_file needs `file_id`, `file_data` or `file_url`.";
  throw new AppError("missing_required_parameter", message, { param: "input" });
}

function mediaTypeOf(filename: string): string {
  return filename.toLowerCase().endsWith(".pdf") ? "application/pdf" : "application/octet-stream";
}

async function toContent(part: MessagePart | FunctionOutputPart, files: FileSource): Promise<ModelContent> {
  switch (part.type) {
    case "input_text":
    case "output_text":
      return { type: "text", text: part.text };
    case "refusal":
      return { type: "text", text: part.refusal };
    case "input_image":
      return imageContent(part, files);
    case "input_file":
      return fileContent(part, files);
    case "input_video":
      throw new AppError("invalid_value", "input_video is not supported by this server.", { param: "input" });
  }
}

function toContents(parts: readonly (MessagePart | FunctionOutputPart)[], files: FileSource): Promise<ModelContent[]> {
  return Promise.all(parts.map((part) => toContent(part, files)));
}

/** An earlier search as the model saw it, without markers: what was found then cannot be cited now. */
function searchInput(item: FileSearchCallItem): ModelInput[] {
  const failed = item.status !== "completed";
  if (item.results === null && !failed) return [];
  const found = (item.results ?? []).map((result) => `${result.filename}\n${result.text}\n`).join("---\n");
  const text = failed ? "The search failed." : found || "The search found nothing.";
  return [
    { type: "tool_call", callId: item.id, name: "file_search", arguments: JSON.stringify({ queries: item.queries }) },
    { type: "tool_result", callId: item.id, name: "file_search", output: [{ type: "text", text }], isError: failed },
  ];
}

async function toInputs(item: Item, names: ReadonlyMap<string, string>, files: FileSource): Promise<ModelInput[]> {
  switch (item.type) {
    case "message":
      return [{ type: "message", role: item.role, content: await toContents(item.content, files) }];
    case "reasoning": {
      const text = (item.content ?? []).map((part) => part.text).join("");
      const summary = item.summary.map((part) => part.text);
      return [{ type: "reasoning", text, summary, encryptedContent: item.encrypted_content ?? null }];
    }
    case "function_call":
      return [{ type: "tool_call", callId: item.call_id, name: item.name, arguments: item.arguments }];
    case "function_call_output": {
      const { output, call_id: callId } = item;
      const content =
        typeof output === "string" ? [{ type: "text" as const, text: output }] : await toContents(output, files);
      return [{ type: "tool_result", callId, name: names.get(callId) ?? "", output: content, isError: false }];
    }
    case "file_search_call":
      return searchInput(item);
  }
}

/**
 * Items as a model reads them.
 * @throws AppError for a part without content, and whatever `files` throws
 */
export async function toModelInput(items: readonly Item[], files: FileSource): Promise<ModelInput[]> {
  const names = new Map<string, string>();
  for (const item of items) if (item.type === "function_call") names.set(item.call_id, item.name);
  const inputs = await Promise.all(items.map((item) => toInputs(item, names, files)));
  return inputs.flat();
}
