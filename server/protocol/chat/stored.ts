import { z } from "zod";
import type { ChatCompletion } from "#server/protocol/chat/completion";
import type { ChatMessage } from "#server/protocol/chat/messages";
import { RequestProblem } from "#server/protocol/problem";
import { type CreateResponseRequest, Metadata, type TextFormat } from "#server/protocol/request";
import type { ResponseResource } from "#server/protocol/response";
import type { RequestTool, ToolChoice } from "#server/protocol/tools";
import { validate } from "#server/protocol/validate";

/** A completion as it is kept: what was answered, and beside it what was asked. */
export interface StoredChatBody extends ChatCompletion {
  /** The trace's id. */
  request_id: string;
  temperature: number;
  top_p: number;
  presence_penalty: number;
  frequency_penalty: number;
  seed: number | null;
  tools: object[] | null;
  tool_choice: string | object | null;
  response_format: object | null;
  input_user: string | null;
}

/** The completion with what was asked, in the words of chat completions. */
export function toStoredChat(
  completion: ChatCompletion,
  asked: { request: CreateResponseRequest; response: ResponseResource; requestId: string },
): StoredChatBody {
  const { request, response, requestId } = asked;
  const tools = request.tools.flatMap(toChatTool);
  return {
    ...completion,
    request_id: requestId,
    temperature: response.temperature,
    top_p: response.top_p,
    presence_penalty: response.presence_penalty,
    frequency_penalty: response.frequency_penalty,
    seed: request.seed,
    tools: tools.length === 0 ? null : tools,
    tool_choice: tools.length === 0 ? null : toChatChoice(request.toolChoice),
    response_format: toChatFormat(request.text.format),
    input_user: request.user,
  };
}

function toChatTool(tool: RequestTool): object[] {
  if (tool.type === "function") {
    const { name, description, parameters, strict } = tool;
    return [{ type: "function", function: { name, description, parameters, strict } }];
  }
  if (tool.type !== "custom") return [];
  const { name, description = null, format } = tool;
  const { type, ...grammar } = format;
  return [{ type: "custom", custom: { name, description, format: type === "text" ? { type } : { type, grammar } } }];
}

function toChatChoice(choice: ToolChoice): string | object {
  if (typeof choice === "string") return choice;
  if (choice.type === "function") return { type: "function", function: { name: choice.name } };
  if (choice.type === "custom") return { type: "custom", custom: { name: choice.name } };
  if (choice.type !== "allowed_tools") return choice;
  return { type: "allowed_tools", allowed_tools: { mode: choice.mode, tools: choice.tools.map(toChatChoice) } };
}

function toChatFormat(format: TextFormat): object | null {
  if (format.type === "text") return null;
  if (format.type === "json_object") return format;
  const { type, ...schema } = format;
  return { type, json_schema: schema };
}

/** A message of a stored completion as its list shows it. */
export interface ListedChatMessage {
  id: string;
  role: ChatMessage["role"];
  content: string | null;
  name: string | null;
  content_parts: object[] | null;
  [field: string]: unknown;
}

/** The messages of a completion, each with an id of its own: the completion's and its place. */
export function toListedMessages(completionId: string, messages: readonly ChatMessage[]): ListedChatMessage[] {
  return messages.map((message, index) => {
    const { content, role, ...rest } = message;
    const parts = Array.isArray(content) ? content : null;
    const text = parts?.map((part) => (part.type === "text" ? part.text : "")).join("");
    return {
      id: `${completionId}-${index}`,
      refusal: null,
      name: null,
      ...rest,
      role,
      content: text ?? (typeof content === "string" ? content : null),
      // The list's published shape has these two kinds.
      content_parts: parts?.filter(({ type }) => type === "text" || type === "image_url") ?? null,
    };
  });
}

/** The body of `POST /v1/chat/completions/{id}`. */
export const UpdateChatCompletionBody = z
  .object({ metadata: Metadata.nullable() })
  .meta({ id: "UpdateChatCompletionBody" });

const METADATA_KEY = /^metadata\[(.*)\]$/s;

/** The `metadata[key]=value` pairs of a list request. Throws RequestProblem for what no metadata can hold. */
export function parseMetadataFilter(query: URLSearchParams): Record<string, string> {
  const pairs = [...query].flatMap(([name, value]) => {
    const key = METADATA_KEY.exec(name)?.[1];
    return key === undefined ? [] : [[key, value] as const];
  });
  if (query.has("metadata")) {
    const message = "Invalid type for 'metadata': expected pairs written 'metadata[key]=value'.";
    throw new RequestProblem("invalid_type", message, { param: "metadata" });
  }
  return validate(z.object({ metadata: Metadata }), { metadata: Object.fromEntries(pairs) }).metadata;
}
