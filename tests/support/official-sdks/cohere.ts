import { type Cohere, CohereClientV2 } from "cohere-ai";
import type { FinishReason } from "#server/providers/provider";
import { type HeardAnswer, type OfficialSdk, parseArguments } from "#tests/support/official-sdks/official-sdk";

const REASONS: Record<string, FinishReason> = {
  COMPLETE: "stop",
  STOP_SEQUENCE: "stop",
  MAX_TOKENS: "max_output_tokens",
  TOOL_CALL: "tool_calls",
};

interface Call {
  name: string;
  text: string;
}

function readEvent(event: Cohere.V2ChatStreamResponse, calls: Call[], heard: HeardAnswer): void {
  switch (event.type) {
    case "content-delta":
      heard.text += event.delta?.message?.content?.text ?? "";
      heard.reasoning += event.delta?.message?.content?.thinking ?? "";
      return;
    case "tool-plan-delta":
      heard.reasoning += event.delta?.message?.toolPlan ?? "";
      return;
    case "tool-call-start": {
      const called = event.delta?.message?.toolCalls?.function;
      calls.push({ name: called?.name ?? "", text: called?.arguments ?? "" });
      return;
    }
    case "tool-call-delta": {
      const call = calls.at(-1);
      if (call) call.text += event.delta?.message?.toolCalls?.function?.arguments ?? "";
      return;
    }
    case "message-end": {
      const { tokens, cachedTokens = 0 } = event.delta?.usage ?? {};
      heard.usage = { inputTokens: tokens?.inputTokens ?? 0, cachedTokens, outputTokens: tokens?.outputTokens ?? 0 };
      heard.stop = REASONS[event.delta?.finishReason ?? ""] ?? heard.stop;
    }
  }
}

/** `cohere-ai`, by version 2 of the Chat API. It names the fields of every event anew, and checks none. */
export const cohere: OfficialSdk = {
  package: "cohere-ai",
  async ask(baseUrl) {
    const client = new CohereClientV2({ token: "test", environment: new URL(baseUrl).origin, maxRetries: 0 });
    const messages = [{ role: "user" as const, content: "Hello" }];
    const calls: Call[] = [];
    const usage = { inputTokens: 0, cachedTokens: 0, outputTokens: 0 };
    const heard: HeardAnswer = { text: "", reasoning: "", calls: [], usage, stop: "content_filter" };
    const stream = await client.chatStream({ model: "command-a-03-2025", messages });
    for await (const event of stream) readEvent(event, calls, heard);
    heard.calls = calls.map(({ name, text }) => ({ name, arguments: parseArguments(text) }));
    return heard;
  },
};
