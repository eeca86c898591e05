import type { ChatAssistantMessage, ChatCallInput, ChatMessage, ChatUserPart } from "#server/protocol/chat/messages";
import { type InputImagePart, type InputTextPart, type MessagePart, markOf } from "#server/protocol/content";
import type { InputItem, Role } from "#server/protocol/items";
import { RequestProblem } from "#server/protocol/problem";

const base = { id: null, status: "completed" } as const;

function refuse(index: number, message: string, field = "role"): RequestProblem {
  return new RequestProblem("invalid_request", message, { param: `messages[${index}].${field}`, wireCode: null });
}

/** Reads a chat conversation in order; knows which calls still wait for their results. */
class Conversation {
  readonly items: InputItem[] = [];
  /** Ids of calls of the last assistant message without a result, and the name of a deprecated `function_call`. */
  readonly #open = new Map<string, ChatCallInput["type"]>();
  #legacyCall: { callId: string; name: string } | null = null;
  #legacyCalls = 0;

  add(message: ChatMessage, index: number): void {
    switch (message.role) {
      case "tool":
        this.#addResult(message, index);
        return;
      case "function":
        this.#addLegacyResult(message, index);
        return;
      case "assistant":
        this.close(index);
        this.#addAssistant(message, index);
        return;
      case "user":
        this.close(index);
        this.#addMessage("user", toParts(message.content, index), message.name);
        return;
      default:
        this.close(index);
        this.#addMessage(message.role, toParts(message.content, index), message.name);
    }
  }

  /** Nothing but results may follow calls, and every call needs one. Throws RequestProblem. */
  close(index: number): void {
    if (this.#open.size > 0) {
      throw refuse(
        index,
        "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. " +
          `The following tool_call_ids did not have response messages: ${[...this.#open.keys()].join(", ")}`,
      );
    }
    if (this.#legacyCall) {
      const { name } = this.#legacyCall;
      throw refuse(
        index,
        `An assistant message with 'function_call' must be followed by a function message '${name}'.`,
      );
    }
  }

  #addMessage(role: Role, content: MessagePart[], name: string | null | undefined): void {
    this.items.push({ type: "message", ...base, role, content, ...(name ? { name } : {}) });
  }

  #addAssistant(message: ChatAssistantMessage, index: number): void {
    const calls = message.tool_calls ?? [];
    const legacy = message.function_call ?? null;
    const said = assistantParts(message);
    const content = calls.length > 0 || legacy ? said.filter((part) => !isEmptyText(part)) : said;
    if (content.length === 0 && calls.length === 0 && legacy === null) {
      const text = `Invalid value for 'content': expected a string, got null.`;
      throw refuse(index, text, "content");
    }
    if (message.reasoning_content) {
      const part = { type: "reasoning_text", text: message.reasoning_content } as const;
      this.items.push({ type: "reasoning", ...base, summary: [], content: [part] });
    }
    if (content.length > 0) this.#addMessage("assistant", content, message.name);
    for (const call of calls) {
      if (call.type === "function") this.#addCall({ callId: call.id, ...call.function });
      else this.items.push({ type: "custom_tool_call", ...base, call_id: call.id, ...call.custom });
      this.#open.set(call.id, call.type);
    }
    if (legacy === null) return;
    const callId = `function_call_${this.#legacyCalls++}`;
    this.#addCall({ callId, ...legacy });
    this.#legacyCall = { callId, name: legacy.name };
  }

  #addCall({ callId, name, arguments: text }: { callId: string; name: string; arguments: string }): void {
    this.items.push({ type: "function_call", ...base, call_id: callId, name, arguments: text });
  }

  #addResult(message: Extract<ChatMessage, { role: "tool" }>, index: number): void {
    const { content, tool_call_id: callId } = message;
    const kind = this.#open.get(callId);
    this.#open.delete(callId);
    if (kind === undefined) {
      throw refuse(
        index,
        "Invalid parameter: messages with role 'tool' must be a response to a preceding message with 'tool_calls'.",
      );
    }
    const output = typeof content === "string" ? content : content.map(toOutputPart);
    const type = kind === "function" ? "function_call_output" : "custom_tool_call_output";
    this.items.push({ type, ...base, call_id: callId, output });
  }

  #addLegacyResult(message: Extract<ChatMessage, { role: "function" }>, index: number): void {
    const call = this.#legacyCall;
    if (call?.name !== message.name) {
      throw refuse(
        index,
        `Invalid parameter: the message of the function '${message.name}' must follow a message with its 'function_call'.`,
      );
    }
    this.#legacyCall = null;
    this.items.push({ type: "function_call_output", ...base, call_id: call.callId, output: message.content ?? "" });
  }
}

function toParts(content: string | ChatUserPart[], index: number): MessagePart[] {
  if (typeof content === "string") return [{ type: "input_text", text: content }];
  return content.map((part, place) => toPart(part, `messages[${index}].content[${place}]`));
}

function toPart(part: ChatUserPart, path: string): MessagePart {
  switch (part.type) {
    case "text":
    case "image_url":
      return toOutputPart(part);
    case "input_audio":
      return { type: "input_audio", input_audio: part.input_audio };
    case "file":
      return toFilePart(part, path);
  }
}

function toFilePart(part: Extract<ChatUserPart, { type: "file" }>, path: string): MessagePart {
  const { file_id: id, file_data: data, filename } = part.file;
  if (!id && !data) {
    const message = `Missing required parameter: '${path}.file.file_id' or '${path}.file.file_data'.`;
    throw new RequestProblem("missing_required_parameter", message, { param: `${path}.file` });
  }
  return {
    type: "input_file",
    ...(data ? { file_data: data } : id ? { file_id: id } : {}),
    ...(filename ? { filename } : {}),
    ...markOf(part),
  };
}

function toOutputPart(part: Extract<ChatUserPart, { type: "text" | "image_url" }>): InputTextPart | InputImagePart {
  const mark = markOf(part);
  if (part.type === "text") return { type: "input_text", text: part.text, ...mark };
  return { type: "input_image", image_url: part.image_url.url, detail: part.image_url.detail ?? "auto", ...mark };
}

function assistantParts({ content, refusal }: ChatAssistantMessage): MessagePart[] {
  const parts = typeof content === "string" ? [{ type: "text" as const, text: content }] : (content ?? []);
  const said = parts.map((part): MessagePart => {
    if (part.type === "refusal") return part;
    return { type: "output_text", text: part.text, annotations: [], logprobs: [] };
  });
  return refusal ? [...said, { type: "refusal", refusal }] : said;
}

/** Clients send "" beside calls where they mean nothing at all. */
function isEmptyText(part: MessagePart): boolean {
  return part.type === "output_text" && part.text === "";
}

/**
 * The messages of a chat completion as input items: a call and its result stand apart, in the order of the messages.
 * Throws RequestProblem for calls without results, results without calls, and assistant messages that say nothing.
 */
export function toInputItems(messages: readonly ChatMessage[]): InputItem[] {
  const conversation = new Conversation();
  for (const [index, message] of messages.entries()) conversation.add(message, index);
  conversation.close(messages.length - 1);
  return conversation.items;
}
