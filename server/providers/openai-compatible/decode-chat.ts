import type { Moderation } from "#server/protocol/moderation";
import {
  type CallDelta,
  type ChatChunk,
  type ChatDelta,
  readContent,
  readFinishReason,
  readLogprobs,
  readUsage,
} from "#server/providers/openai-compatible/chat-chunk";
import { ThinkTags } from "#server/providers/openai-compatible/think-tags";
import { ToolCallStream } from "#server/providers/openai-compatible/tool-call-stream";
import type { FinishReason, ModelEvent, ModelUsage } from "#server/providers/provider";
import { readModeration } from "#server/providers/shared/read-moderation";

/** Turns the chunks of one chat completion, streamed or whole, into model events. */
export class ChatDecoder {
  private readonly thinkTags = new ThinkTags();
  private readonly toolCalls = new ToolCallStream();
  private named = false;
  private called = false;
  private usage: ModelUsage | null = null;
  private moderation: Moderation | null = null;
  private reason: FinishReason | null = null;

  /** True once the vendor has said why it stopped. */
  get stopped(): boolean {
    return this.reason !== null;
  }

  /** True while a piece of text is passed on as it is, whatever came before. */
  get takesPlainText(): boolean {
    return this.thinkTags.passes && this.reason === null;
  }

  push(chunk: ChatChunk, events: ModelEvent[]): void {
    if (!this.named && typeof chunk.model === "string" && chunk.model !== "") {
      this.named = true;
      events.push({ type: "model", modelId: chunk.model });
    }
    const choice = chunk.choices?.[0];
    if (choice) {
      const delta = choice.delta ?? choice.message;
      if (delta) this.pushDelta(delta, choice.logprobs, events);
      if (typeof choice.finish_reason === "string" && choice.finish_reason !== "")
        this.stop(choice.finish_reason, events);
    }
    if (chunk.moderation) this.moderation = readModeration(chunk.moderation) ?? this.moderation;
    if (chunk.usage || chunk.x_groq)
      this.usage = readUsage(chunk.usage) ?? readUsage(chunk.x_groq?.usage) ?? this.usage;
  }

  /** The closing events: moderation and usage when the vendor gave them, and the reason to stop. */
  finish(events: ModelEvent[]): void {
    if (this.reason === null) this.stop("stop", events);
    if (this.moderation) events.push({ type: "in_force", settings: { moderation: this.moderation } });
    if (this.usage) events.push({ type: "usage", usage: this.usage });
    // Some servers say "stop" although they called tools.
    const reason = this.reason === "stop" && this.called ? "tool_calls" : (this.reason ?? "stop");
    events.push({ type: "finish", reason });
  }

  private stop(vendorReason: string, events: ModelEvent[]): void {
    if (this.reason !== null) return;
    this.reason = readFinishReason(vendorReason);
    this.thinkTags.finish(events);
    this.called = this.toolCalls.count > 0;
    if (this.reason === "stop" || this.reason === "tool_calls") this.toolCalls.finish(events);
  }

  private pushDelta(delta: ChatDelta, logprobs: unknown, events: ModelEvent[]): void {
    const reasoning = delta.reasoning_content ?? delta.reasoning;
    if (typeof reasoning === "string" && reasoning !== "") events.push({ type: "reasoning", text: reasoning });
    if (delta.content) this.pushContent(delta.content, logprobs, events);
    if (typeof delta.refusal === "string" && delta.refusal !== "")
      events.push({ type: "refusal", text: delta.refusal });
    if (Array.isArray(delta.tool_calls)) {
      for (const call of delta.tool_calls) if (typeof call === "object" && call !== null) this.pushCall(call, events);
    } else if (typeof delta.function_call === "object" && delta.function_call !== null) {
      this.pushCall({ index: 0, function: delta.function_call }, events);
    }
  }

  private pushCall(call: CallDelta, events: ModelEvent[]): void {
    this.toolCalls.push(call, events);
  }

  private pushContent(content: unknown, logprobs: unknown, events: ModelEvent[]): void {
    const { text, reasoning } = readContent(content);
    if (reasoning !== "") events.push({ type: "reasoning", text: reasoning });
    if (text === "") return;
    const from = events.length;
    if (this.thinkTags.passes) events.push({ type: "text", text });
    else this.thinkTags.push(text, events);
    const only = events.length === from + 1 ? events[from] : undefined;
    const probabilities = logprobs ? readLogprobs(logprobs) : [];
    if (probabilities.length > 0 && only?.type === "text" && only.text === text) only.logprobs = probabilities;
  }
}
