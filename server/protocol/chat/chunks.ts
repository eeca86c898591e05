import {
  type ChatAnnotation,
  type ChatFinishReason,
  type ChatLogprobs,
  type ChatUsage,
  finishReasonOf,
  toChatAnnotation,
  toChatUsage,
} from "#server/protocol/chat/completion";
import { toChatParam } from "#server/protocol/chat/error-param";
import type { ChatAnswerOptions } from "#server/protocol/chat/request";
import type { CustomToolCallItem } from "#server/protocol/custom-tool-items";
import type { WireError } from "#server/protocol/error";
import type { ResponseEvent } from "#server/protocol/events";
import type { FunctionCallItem } from "#server/protocol/items";
import { type ChatModeration, toChatModeration } from "#server/protocol/moderation";
import { paddingFor } from "#server/protocol/obfuscation";
import type { ResponseResource } from "#server/protocol/response";

export interface ChatCallDelta {
  index: number;
  id?: string;
  type?: "function" | "custom";
  function?: { name?: string; arguments: string };
  custom?: { name?: string; input: string };
}

export interface ChatDelta {
  role?: "assistant";
  content?: string | null;
  refusal?: string | null;
  reasoning_content?: string;
  tool_calls?: ChatCallDelta[];
  function_call?: { name?: string; arguments: string };
  annotations?: ChatAnnotation[];
}

export interface ChatChunk {
  id: string;
  object: "chat.completion.chunk";
  created: number;
  model: string;
  service_tier: string;
  choices: { index: 0; delta: ChatDelta; logprobs: ChatLogprobs | null; finish_reason: ChatFinishReason | null }[];
  /** Of chunks that say something: makes their size tell less of what they say. */
  obfuscation?: string;
  /** Only where the caller asked for it: null on every chunk but the last. */
  usage?: ChatUsage | null;
  /** Of the chunk that tells of the provider's moderation. */
  moderation?: ChatModeration;
}

type ChunkHead = Omit<ChatChunk, "choices" | "obfuscation" | "usage" | "moderation">;

/** What a chat stream sends: chunks, or the error that ends it. */
export type ChatFrame = ChatChunk | { error: WireError };

/** Turns the events of a response into the chunks of a chat completion. Lifecycle and scaffolding become nothing. */
export class ChatChunkWriter {
  readonly #options: ChatAnswerOptions;
  #head: ChunkHead | null = null;
  #begun = false;
  #summaries = 0;
  /** UTF-16 units said so far, and at the beginning of the part that is open. */
  #length = 0;
  #partStart = 0;
  readonly #annotations: ChatAnnotation[] = [];
  /** Index of a call among the calls, by its place in the output. */
  readonly #calls = new Map<number, number>();

  constructor(options: ChatAnswerOptions) {
    this.#options = options;
  }

  /** The frames that an event becomes, in order. */
  write(event: ResponseEvent): ChatFrame[] {
    switch (event.type) {
      case "response.created":
        this.#head = headOf(event.response);
        return [];
      case "response.content_part.added":
        this.#partStart = this.#length;
        return [];
      case "response.output_text.annotation.added":
        this.#annotations.push(...toChatAnnotation(event.annotation, this.#partStart));
        return [];
      case "response.output_text.delta": {
        this.#length += event.delta.length;
        const logprobs = this.#options.logprobs ? { content: event.logprobs, refusal: null } : null;
        return this.#say({ content: event.delta }, logprobs);
      }
      case "response.refusal.delta":
        return this.#say({ refusal: event.delta });
      case "response.reasoning_text.delta":
        return this.#say({ reasoning_content: event.delta });
      case "response.reasoning_summary_part.added":
        this.#summaries += 1;
        return this.#summaries > 1 ? this.#say({ reasoning_content: "\n\n" }) : [];
      case "response.reasoning_summary_text.delta":
        return this.#say({ reasoning_content: event.delta });
      case "response.output_item.added":
        if (event.item.type !== "function_call" && event.item.type !== "custom_tool_call") return [];
        return this.#openCall(event.output_index, event.item);
      case "response.function_call_arguments.delta":
        return this.#say(this.#callDelta(event.output_index, { arguments: event.delta }));
      case "response.custom_tool_call_input.delta": {
        const index = this.#calls.get(event.output_index) ?? 0;
        return this.#say({ tool_calls: [{ index, custom: { input: event.delta } }] });
      }
      case "response.completed":
      case "response.incomplete":
        return this.#finish(event.response);
      case "error":
        return [{ error: { ...event.error, param: toChatParam(event.error.param) } }];
      default:
        return [];
    }
  }

  #openCall(outputIndex: number, { type, call_id: id, name }: FunctionCallItem | CustomToolCallItem): ChatFrame[] {
    const index = this.#calls.size;
    this.#calls.set(outputIndex, index);
    if (type === "custom_tool_call") {
      return this.#say({ tool_calls: [{ index, id, type: "custom", custom: { name, input: "" } }] });
    }
    const opened = { name, arguments: "" };
    if (this.#options.legacyFunctions) return this.#say({ function_call: opened });
    return this.#say({ tool_calls: [{ index, id, type: "function", function: opened }] });
  }

  #callDelta(outputIndex: number, piece: { arguments: string }): ChatDelta {
    if (this.#options.legacyFunctions) return { function_call: piece };
    return { tool_calls: [{ index: this.#calls.get(outputIndex) ?? 0, function: piece }] };
  }

  #say(delta: ChatDelta, logprobs: ChatLogprobs | null = null): ChatFrame[] {
    const chunk = this.#chunk([{ index: 0, delta, logprobs, finish_reason: null }]);
    if (this.#options.obfuscation) chunk.obfuscation = paddingFor(saidIn(delta));
    return this.#begun ? [chunk] : [this.#begin(delta.content === undefined ? null : ""), chunk];
  }

  #begin(content: "" | null): ChatChunk {
    this.#begun = true;
    const delta: ChatDelta = { role: "assistant", content, refusal: null };
    return this.#chunk([{ index: 0, delta, logprobs: null, finish_reason: null }]);
  }

  #finish(response: ResponseResource): ChatFrame[] {
    this.#head ??= headOf(response);
    const frames: ChatFrame[] = this.#begun ? [] : [this.#begin("")];
    // All at once, as OpenAI does: accumulators replace the list by a later one.
    if (this.#annotations.length > 0) frames.push(...this.#say({ annotations: this.#annotations }));
    const reason = finishReasonOf(response, this.#options);
    frames.push(this.#chunk([{ index: 0, delta: {}, logprobs: null, finish_reason: reason }]));
    const { moderation } = response;
    if (moderation) frames.push({ ...this.#chunk([]), moderation: toChatModeration(moderation) });
    if (this.#options.includeUsage) frames.push({ ...this.#chunk([]), usage: toChatUsage(response.usage) });
    return frames;
  }

  #chunk(choices: ChatChunk["choices"]): ChatChunk {
    if (!this.#head) throw new Error("A response spoke before it was created.");
    return { ...this.#head, choices, ...(this.#options.includeUsage ? { usage: null } : {}) };
  }
}

function saidIn({ content, refusal, reasoning_content, tool_calls, function_call }: ChatDelta): string {
  const [call] = tool_calls ?? [];
  const args = call?.function?.arguments ?? call?.custom?.input ?? function_call?.arguments;
  return content ?? refusal ?? reasoning_content ?? args ?? "";
}

function headOf(response: ResponseResource): ChunkHead {
  const { id, created_at: created, model, service_tier } = response;
  return { id, object: "chat.completion.chunk", created, model, service_tier };
}
