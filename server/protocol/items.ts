import { z } from "zod";
import { AdditionalToolsInput, normalizeAdditionalTools } from "#server/protocol/additional-tools";
import { type CallLabels, callLabelsOf, type OutputLabels, outputLabelsOf } from "#server/protocol/call-labels";
import { CompactionInput, type CompactionItem } from "#server/protocol/compaction";
import {
  type FunctionOutputPart,
  MAX_TEXT_LENGTH,
  MessageContentInput,
  type MessagePart,
  normalizeFunctionOutputPart,
  normalizeMessagePart,
  ReasoningTextInput,
  type ReasoningTextPart,
  SummaryTextInput,
  type SummaryTextPart,
} from "#server/protocol/content";
import {
  CustomToolCallInput,
  type CustomToolCallItem,
  CustomToolCallOutputInput,
  type CustomToolCallOutputItem,
} from "#server/protocol/custom-tool-items";
import { FunctionCallInput, FunctionCallOutputInput } from "#server/protocol/function-call-items";
import { withoutToolPrefix } from "#server/protocol/tools";
import { isVendorItem, normalizeVendorItem, type VendorItem, VendorItemInput } from "#server/protocol/vendor-items";

/** How far an item has come. `failed` and `searching` occur only on hosted calls. */
export type ItemStatus = "in_progress" | "completed" | "incomplete";
export type HostedCallStatus = ItemStatus | "searching" | "failed";
export type Role = "user" | "assistant" | "system" | "developer";

const id = z.string().nullish();
const status = z.string().nullish();

export const MessageInput = z
  .object({
    type: z.literal("message"),
    id,
    status,
    role: z.enum(["user", "assistant", "system", "developer"]),
    content: z.union([z.string().max(MAX_TEXT_LENGTH), z.array(MessageContentInput)]),
    phase: z.enum(["commentary", "final_answer"]).nullish(),
  })
  .meta({ id: "MessageInput" });
const ReasoningInput = z
  .object({
    type: z.literal("reasoning"),
    id,
    status,
    summary: z.array(SummaryTextInput).nullish(),
    content: z.array(ReasoningTextInput).nullish(),
    encrypted_content: z.string().nullish(),
  })
  .meta({ id: "ReasoningInput" });
/** Where a found passage stands: ours beside OpenAI's fields. */
const SEARCH_PLACE = {
  vector_store_id: z.string().optional(),
  chunk_id: z.string().optional(),
  chunk_ids: z.array(z.string()).optional(),
  page: z.int().nullish(),
  char_start: z.int().optional(),
  char_end: z.int().optional(),
  duplicates: z.array(z.object({ file_id: z.string(), filename: z.string(), chunk_id: z.string() })).optional(),
};
const FileSearchResultInput = z.object({
  file_id: z.string(),
  filename: z.string().nullish(),
  text: z.string().nullish(),
  score: z.number().nullish(),
  attributes: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).nullish(),
  ...SEARCH_PLACE,
});
const FileSearchCallInput = z
  .object({
    type: z.literal("file_search_call"),
    id,
    status,
    queries: z.array(z.string()).nullish(),
    results: z.array(FileSearchResultInput).nullish(),
  })
  .meta({ id: "FileSearchCallInput" });
const ItemReferenceInput = z
  .object({ type: z.literal("item_reference"), id: z.string().min(1) })
  .meta({ id: "ItemReference" });

/** An input item as a request carries it, after {@link withItemType}. */
export const ItemInput = z.discriminatedUnion("type", [
  MessageInput,
  FunctionCallInput,
  FunctionCallOutputInput,
  CustomToolCallInput,
  CustomToolCallOutputInput,
  ReasoningInput,
  FileSearchCallInput,
  CompactionInput,
  AdditionalToolsInput,
  VendorItemInput,
  ItemReferenceInput,
]);
type ItemInput = z.infer<typeof ItemInput>;

/** Whether an assistant's message comments on its work or is the answer. */
export type MessagePhase = "commentary" | "final_answer";

export interface MessageItem {
  type: "message";
  id: string;
  status: ItemStatus;
  role: Role;
  content: MessagePart[];
  /** Who of several participants speaks (chat completions). */
  name?: string;
  phase?: MessagePhase;
}
export interface FunctionCallItem extends CallLabels {
  type: "function_call";
  id: string;
  status: ItemStatus;
  call_id: string;
  name: string;
  arguments: string;
}
export interface FunctionCallOutputItem extends OutputLabels {
  type: "function_call_output";
  id: string;
  status: ItemStatus;
  call_id: string;
  output: string | FunctionOutputPart[];
}
export interface ReasoningItem {
  type: "reasoning";
  id: string;
  status: ItemStatus;
  summary: SummaryTextPart[];
  content?: ReasoningTextPart[];
  encrypted_content?: string;
}
export interface FileSearchResult {
  file_id: string;
  filename: string;
  text: string;
  score: number;
  attributes: Record<string, string | number | boolean>;
  /** Ours, of files searched here: the passage, its page, and its span in the file's text. */
  vector_store_id?: string | undefined;
  chunk_id?: string | undefined;
  /** All chunks of a passage that was joined from several, in order; `chunk_id` is the best of them. */
  chunk_ids?: string[] | undefined;
  page?: number | null | undefined;
  char_start?: number | undefined;
  char_end?: number | undefined;
  /** Passages that say nearly the same and were left out for this one. */
  duplicates?: { file_id: string; filename: string; chunk_id: string }[] | undefined;
}
export interface FileSearchCallItem {
  type: "file_search_call";
  id: string;
  status: HostedCallStatus;
  queries: string[];
  results: FileSearchResult[] | null;
}

/** A call of a tool that this server runs. */
export type HostedCallItem = FileSearchCallItem;
/** What a response's `output` holds. */
export type OutputItem =
  | MessageItem
  | FunctionCallItem
  | CustomToolCallItem
  | ReasoningItem
  | CompactionItem
  | HostedCallItem
  | VendorItem;
/** Any stored item: dialect-neutral, whole. */
export type Item = OutputItem | FunctionCallOutputItem | CustomToolCallOutputItem;

export interface ItemReference {
  type: "item_reference";
  id: string;
}

type WithoutId<T> = T extends { id: string } ? Omit<T, "id"> & { id: string | null } : never;
/** An item of a request, normalised. Its id is the caller's own, if it sent one. */
export type InputItem = WithoutId<Item> | ItemReference;

const OWN_PREFIX = /^(openai|rejoinder):/;

/**
 * The raw item with its `type` filled in where a request may leave it out (a message; `{id}` alone is a reference) and
 * without the prefix that the strict dialect gives it. Anything else is returned as it is.
 */
export function withItemType(raw: unknown): unknown {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw)) return raw;
  const item: Record<string, unknown> = { ...raw };
  if (typeof item.type === "string") {
    // The strict dialect's name for calls of this server's own tools.
    const type = item.type === "rejoinder:tool_call" ? "mcp_call" : item.type.replace(OWN_PREFIX, "");
    if (type === "additional_tools" && Array.isArray(item.tools)) {
      return { ...item, type, tools: item.tools.map(withoutToolPrefix) };
    }
    return type === item.type ? raw : { ...item, type };
  }
  if (item.type != null) return raw;
  if ("role" in item || "content" in item) return { ...item, type: "message" };
  return typeof item.id === "string" ? { ...item, type: "item_reference" } : raw;
}

/** The item in its full form: content as parts, status and defaults filled, nulls gone. */
export function normalizeItem(item: ItemInput): InputItem {
  if (item.type === "additional_tools") return normalizeAdditionalTools(item);
  if (isVendorItem(item)) return normalizeVendorItem(item);
  const base = {
    id: "id" in item ? (item.id ?? null) : null,
    status: itemStatus("status" in item ? item.status : null),
  };
  switch (item.type) {
    case "item_reference":
      return { type: "item_reference", id: item.id };
    case "message":
      return {
        type: "message",
        ...base,
        role: item.role,
        content: messageContent(item.role, item.content),
        ...(item.phase == null ? {} : { phase: item.phase }),
      };
    case "function_call":
      return { type: "function_call", ...base, ...callOf(item), arguments: item.arguments };
    case "custom_tool_call":
      return { type: "custom_tool_call", ...base, ...callOf(item), input: item.input };
    case "function_call_output":
    case "custom_tool_call_output":
      return {
        type: item.type,
        ...base,
        call_id: item.call_id,
        ...outputLabelsOf(item),
        output: typeof item.output === "string" ? item.output : item.output.map(normalizeFunctionOutputPart),
      };
    case "compaction":
      return { type: "compaction", ...base, encrypted_content: item.encrypted_content };
    case "reasoning":
      return {
        type: "reasoning",
        ...base,
        summary: item.summary ?? [],
        ...(item.content == null ? {} : { content: item.content }),
        ...(item.encrypted_content == null ? {} : { encrypted_content: item.encrypted_content }),
      };
    case "file_search_call":
      return {
        type: "file_search_call",
        ...base,
        queries: item.queries ?? [],
        results: item.results?.map(normalizeResult) ?? null,
      };
  }
}

/** One user message that says `text`. */
export function userMessage(text: string): InputItem {
  return { type: "message", id: null, status: "completed", role: "user", content: [{ type: "input_text", text }] };
}

function callOf(item: z.infer<typeof FunctionCallInput> | z.infer<typeof CustomToolCallInput>) {
  return { call_id: item.call_id, name: item.name, ...callLabelsOf(item) };
}

function messageContent(role: Role, content: string | MessageContentInput[]): MessagePart[] {
  if (typeof content !== "string") return content.map(normalizeMessagePart);
  if (role !== "assistant") return [{ type: "input_text", text: content }];
  return [{ type: "output_text", text: content, annotations: [], logprobs: [] }];
}

function normalizeResult(result: z.infer<typeof FileSearchResultInput>): FileSearchResult {
  const { file_id, filename, text, score, attributes, ...place } = result;
  return {
    file_id,
    filename: filename ?? "",
    text: text ?? "",
    score: score ?? 0,
    attributes: attributes ?? {},
    ...place,
  };
}

function itemStatus(value: string | null | undefined): ItemStatus {
  return value === "incomplete" || value === "in_progress" ? value : "completed";
}
