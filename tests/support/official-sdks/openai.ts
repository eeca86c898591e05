import OpenAI from "openai";
import type { HeardAnswer, OfficialSdk } from "#tests/support/official-sdks/official-sdk";
import { parseArguments } from "#tests/support/official-sdks/official-sdk";

const clientOf = (baseURL: string) => new OpenAI({ baseURL, apiKey: "sk-test", maxRetries: 0 });

function callsOf(output: OpenAI.Responses.ResponseOutputItem[]): HeardAnswer["calls"] {
  return output.flatMap((item) => {
    if (item.type === "function_call") return [{ name: item.name, arguments: parseArguments(item.arguments) }];
    return item.type === "custom_tool_call" ? [{ name: item.name, arguments: item.input }] : [];
  });
}

function reasonOf(reason: string | undefined): HeardAnswer["stop"] | null {
  return reason === "max_output_tokens" || reason === "content_filter" ? reason : null;
}

/** `openai`, by the Responses API. */
export const openaiResponses: OfficialSdk = {
  package: "openai",
  async ask(baseUrl) {
    const stream = clientOf(baseUrl).responses.stream({ model: "gpt-5-mini", input: "Hello" });
    const { output, output_text: text, usage, incomplete_details: cut } = await stream.finalResponse();
    if (!usage) throw new Error("The response tells no usage.");
    const calls = callsOf(output);
    return {
      text,
      reasoning: output
        .flatMap((item) => (item.type === "reasoning" ? item.summary.map((part) => part.text) : []))
        .join(""),
      calls,
      usage: {
        inputTokens: usage.input_tokens,
        cachedTokens: usage.input_tokens_details.cached_tokens,
        outputTokens: usage.output_tokens,
        reasoningTokens: usage.output_tokens_details.reasoning_tokens,
      },
      stop: reasonOf(cut?.reason) ?? (calls.length > 0 ? "tool_calls" : "stop"),
    };
  },
};

const CHAT_REASONS = {
  stop: "stop",
  length: "max_output_tokens",
  tool_calls: "tool_calls",
  function_call: "tool_calls",
  content_filter: "content_filter",
} as const;

function reasoningOf(delta: object | undefined): string {
  const text = delta && "reasoning_content" in delta ? delta.reasoning_content : null;
  return typeof text === "string" ? text : "";
}

/** `openai`, by chat completions. */
export const openaiChat: OfficialSdk = {
  package: "openai",
  async ask(baseUrl) {
    let reasoning = "";
    const stream = clientOf(baseUrl).chat.completions.stream({
      model: "gpt-4.1",
      messages: [{ role: "user", content: "Hello" }],
      stream_options: { include_usage: true },
    });
    // Other vendors' field: the SDK hands it through as it is.
    stream.on("chunk", (chunk) => {
      reasoning += reasoningOf(chunk.choices[0]?.delta);
    });
    const { choices, usage } = await stream.finalChatCompletion();
    const choice = choices[0];
    if (!choice || !usage) throw new Error("The completion has no choice or no usage.");
    const calls = (choice.message.tool_calls ?? []).map((call) =>
      call.type === "custom"
        ? { name: call.custom.name, arguments: call.custom.input }
        : { name: call.function.name, arguments: parseArguments(call.function.arguments) },
    );
    return {
      text: choice.message.content ?? "",
      reasoning,
      calls,
      usage: {
        inputTokens: usage.prompt_tokens,
        cachedTokens: usage.prompt_tokens_details?.cached_tokens ?? 0,
        outputTokens: usage.completion_tokens,
        reasoningTokens: usage.completion_tokens_details?.reasoning_tokens ?? 0,
      },
      stop: CHAT_REASONS[choice.finish_reason],
    };
  },
};
