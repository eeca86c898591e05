import Anthropic from "@anthropic-ai/sdk";
import type { FinishReason } from "#server/providers/provider";
import type { OfficialSdk } from "#tests/support/official-sdks/official-sdk";

const REASONS: Record<string, FinishReason> = {
  end_turn: "stop",
  stop_sequence: "stop",
  max_tokens: "max_output_tokens",
  tool_use: "tool_calls",
  refusal: "content_filter",
};

/** `@anthropic-ai/sdk`, by the Messages API. */
export const anthropic: OfficialSdk = {
  package: "@anthropic-ai/sdk",
  async ask(baseURL) {
    const client = new Anthropic({ baseURL, apiKey: "sk-ant-test", maxRetries: 0 });
    const messages = [{ role: "user" as const, content: "Hello" }];
    const stream = client.messages.stream({ model: "claude-opus-5", max_tokens: 64, messages });
    const { content, usage, stop_reason } = await stream.finalMessage();
    const cachedTokens = usage.cache_read_input_tokens ?? 0;
    const stop = REASONS[stop_reason ?? ""];
    if (!stop) throw new Error(`The message ends by ${stop_reason}.`);
    return {
      text: content.map((block) => (block.type === "text" ? block.text : "")).join(""),
      reasoning: content.map((block) => (block.type === "thinking" ? block.thinking : "")).join(""),
      calls: content.flatMap((block) =>
        block.type === "tool_use" ? [{ name: block.name, arguments: block.input }] : [],
      ),
      usage: {
        inputTokens: usage.input_tokens + cachedTokens + (usage.cache_creation_input_tokens ?? 0),
        cachedTokens,
        outputTokens: usage.output_tokens,
      },
      stop,
    };
  },
};
