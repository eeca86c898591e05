import type { Quirks } from "#server/providers/openai-compatible/quirks";
import type { ModelContent, ModelInput } from "#server/providers/provider";
import { type CacheMark, cacheMarkOf } from "#server/providers/shared/cache-mark";

type TextPart = { type: "text"; text: string } & CacheMark;
export type ChatPart =
  | TextPart
  | ({ type: "image_url"; image_url: { url: string; detail: "auto" | "low" | "high" } } & CacheMark)
  | { type: "input_audio"; input_audio: { data: string; format: "wav" | "mp3" } };

export type ChatToolCall =
  | { id: string; type: "function"; function: { name: string; arguments: string } }
  | { id: string; type: "custom"; custom: { name: string; input: string } };

export interface AssistantMessage {
  role: "assistant";
  name?: string;
  content: string | null;
  reasoning_content?: string;
  tool_calls?: ChatToolCall[];
}

export type ChatMessage =
  | { role: "system"; content: string | TextPart[]; name?: string }
  | { role: "user"; content: string | ChatPart[]; name?: string }
  | AssistantMessage
  | { role: "tool"; tool_call_id: string; content: string | TextPart[] };

function textOf(content: ModelContent[]): string {
  return content.map((part) => (part.type === "text" ? part.text : "")).join("");
}

function toPart(part: ModelContent): ChatPart {
  switch (part.type) {
    case "text":
      return { type: "text", text: part.text, ...cacheMarkOf(part) };
    case "image":
      return { type: "image_url", image_url: { url: part.url, detail: part.detail }, ...cacheMarkOf(part) };
    case "audio":
      return { type: "input_audio", input_audio: { data: part.data, format: part.format } };
  }
}

function toUserContent(content: ModelContent[]): string | ChatPart[] {
  return content.every((part) => part.type === "text" && !part.endsPrefix) ? textOf(content) : content.map(toPart);
}

/** Few servers take a list of texts here: it is sent only where one of them has a mark. */
function toTexts(content: ModelContent[]): string | TextPart[] {
  if (!content.some((part) => "endsPrefix" in part)) return textOf(content);
  return content.flatMap((part) =>
    part.type === "text" ? [{ type: "text", text: part.text, ...cacheMarkOf(part) }] : [],
  );
}

/** Builds the message list; what the assistant said and called between two other messages becomes one message. */
class MessageList {
  readonly messages: ChatMessage[] = [];
  private assistant: AssistantMessage | null = null;
  private attachments: ChatPart[] = [];
  private readonly quirks: Quirks;

  constructor(quirks: Quirks) {
    this.quirks = quirks;
  }

  add(item: ModelInput, ofThisTurn: boolean): void {
    if (item.type !== "tool_result") this.flushAttachments();
    switch (item.type) {
      case "message":
        this.addMessage(item);
        return;
      case "reasoning":
        if (this.quirks.echoesReasoning && ofThisTurn && item.text !== "") this.open().reasoning_content = item.text;
        return;
      case "tool_call": {
        const message = this.open();
        message.tool_calls ??= [];
        message.tool_calls.push(this.toChatCall(item));
        return;
      }
      case "tool_result":
        this.assistant = null;
        this.messages.push({ role: "tool", tool_call_id: item.callId, content: toTexts(item.output) });
        this.attachments.push(...item.output.filter((part) => part.type !== "text").map(toPart));
        return;
      // Only vendors that run tools themselves can read their items.
      case "vendor_item":
    }
  }

  private toChatCall({
    callId: id,
    name,
    arguments: text,
    input,
  }: Extract<ModelInput, { type: "tool_call" }>): ChatToolCall {
    if (input !== undefined && this.quirks.customTools) return { id, type: "custom", custom: { name, input } };
    return { id, type: "function", function: { name, arguments: text === "" ? "{}" : text } };
  }

  /** Tool messages carry text only, so what else a tool gave follows its results as a user message. */
  flushAttachments(): void {
    if (this.attachments.length === 0) return;
    this.messages.push({ role: "user", content: this.attachments });
    this.attachments = [];
  }

  private addMessage({ role, content, name }: Extract<ModelInput, { type: "message" }>): void {
    const named = name === undefined ? {} : { name };
    if (role === "assistant") {
      this.addAssistantText(textOf(content));
      Object.assign(this.open(), named);
      return;
    }
    this.assistant = null;
    if (role === "user") this.messages.push({ role: "user", content: toUserContent(content), ...named });
    // Few servers know the developer role; all take system in its place.
    else this.messages.push({ role: "system", content: toTexts(content), ...named });
  }

  private addAssistantText(text: string): void {
    const current = this.assistant;
    // Nothing may stand between calls and their results, so text after a call goes into the same message.
    if (current && (current.content === null || current.tool_calls)) {
      current.content = (current.content ?? "") + text;
      return;
    }
    this.assistant = null;
    this.open().content = text;
  }

  private open(): AssistantMessage {
    if (this.assistant === null) {
      this.assistant = { role: "assistant", content: null };
      this.messages.push(this.assistant);
    }
    return this.assistant;
  }
}

/** Chat messages of a request: instructions first, then the items in order. */
export function convertInput(input: ModelInput[], instructions: string | null, quirks: Quirks): ChatMessage[] {
  const list = new MessageList(quirks);
  if (instructions !== null && instructions !== "") list.messages.push({ role: "system", content: instructions });
  const lastUser = input.findLastIndex((item) => item.type === "message" && item.role === "user");
  for (const [index, item] of input.entries()) list.add(item, index > lastUser);
  list.flushAttachments();
  // A message of reasoning alone says nothing to a vendor.
  return list.messages.filter(
    (message) => message.role !== "assistant" || message.content !== null || message.tool_calls,
  );
}
