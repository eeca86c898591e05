import { GoogleGenAI, FinishReason as GoogleReason, type Part } from "@google/genai";
import type { FinishReason } from "#server/providers/provider";
import type { OfficialSdk } from "#tests/support/official-sdks/official-sdk";

const REASONS: Partial<Record<GoogleReason, FinishReason>> = {
  [GoogleReason.STOP]: "stop",
  [GoogleReason.MAX_TOKENS]: "max_output_tokens",
  [GoogleReason.SAFETY]: "content_filter",
};

/** `@google/genai`, by the Gemini API. */
export const google: OfficialSdk = {
  package: "@google/genai",
  async ask(baseUrl) {
    const client = new GoogleGenAI({ apiKey: "test", httpOptions: { baseUrl } });
    const parts: Part[] = [];
    let last: Awaited<ReturnType<typeof client.models.generateContent>> | undefined;
    const stream = await client.models.generateContentStream({ model: "gemini-2.5-flash", contents: "Hello" });
    for await (const chunk of stream) {
      parts.push(...(chunk.candidates?.[0]?.content?.parts ?? []));
      last = chunk;
    }
    const usage = last?.usageMetadata;
    const reason = last?.candidates?.[0]?.finishReason;
    const stop = reason && REASONS[reason];
    if (!usage || !stop) throw new Error(`The stream has no usage, or ends by ${reason}.`);
    const calls = parts.flatMap(({ functionCall: call }) =>
      call ? [{ name: call.name ?? "", arguments: call.args ?? {} }] : [],
    );
    const reasoningTokens = usage.thoughtsTokenCount ?? 0;
    return {
      text: parts.map((part) => (part.thought ? "" : (part.text ?? ""))).join(""),
      reasoning: parts.map((part) => (part.thought ? (part.text ?? "") : "")).join(""),
      calls,
      usage: {
        inputTokens: usage.promptTokenCount ?? 0,
        cachedTokens: usage.cachedContentTokenCount ?? 0,
        outputTokens: (usage.candidatesTokenCount ?? 0) + reasoningTokens,
        reasoningTokens,
      },
      // Gemini stops alike whether it has called or not.
      stop: calls.length > 0 ? "tool_calls" : stop,
    };
  },
};
