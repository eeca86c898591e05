import { Mistral } from "@mistralai/mistralai";
import type { DeltaMessage } from "@mistralai/mistralai/models/components";
import type { FinishReason } from "#server/providers/provider";
import { type HeardAnswer, type OfficialSdk, parseArguments } from "#tests/support/official-sdks/official-sdk";

const REASONS: Record<string, FinishReason> = { stop: "stop", length: "max_output_tokens", tool_calls: "tool_calls" };

interface Call {
  name: string;
  text: string;
}

function readDelta({ content, toolCalls }: DeltaMessage, calls: Call[], heard: HeardAnswer): void {
  for (const part of typeof content === "string" ? [{ type: "text" as const, text: content }] : (content ?? [])) {
    if (part.type === "text") heard.text += part.text;
    if (part.type !== "thinking") continue;
    for (const thought of part.thinking) heard.reasoning += thought.type === "text" ? thought.text : "";
  }
  for (const { index = 0, function: called } of toolCalls ?? []) {
    const call = calls[index] ?? { name: called.name, text: "" };
    call.text += typeof called.arguments === "string" ? called.arguments : JSON.stringify(called.arguments);
    calls[index] = call;
  }
}

/** `@mistralai/mistralai`, by chat completions. It checks every event against its schemas. */
export const mistral: OfficialSdk = {
  package: "@mistralai/mistralai",
  async ask(baseUrl) {
    const client = new Mistral({ apiKey: "test", serverURL: new URL(baseUrl).origin });
    const messages = [{ role: "user" as const, content: "Hello" }];
    const calls: Call[] = [];
    const usage = { inputTokens: 0, cachedTokens: 0, outputTokens: 0 };
    const heard: HeardAnswer = { text: "", reasoning: "", calls: [], usage, stop: "content_filter" };
    for await (const { data } of await client.chat.stream({ model: "mistral-large-2512", messages })) {
      const [choice] = data.choices;
      if (choice) readDelta(choice.delta, calls, heard);
      heard.stop = REASONS[choice?.finishReason ?? ""] ?? heard.stop;
      if (!data.usage) continue;
      const { promptTokens = 0, completionTokens = 0, num_cached_tokens: cached } = data.usage;
      heard.usage = { inputTokens: promptTokens, cachedTokens: Number(cached), outputTokens: completionTokens };
    }
    heard.calls = calls.map(({ name, text }) => ({ name, arguments: parseArguments(text) }));
    return heard;
  },
};
