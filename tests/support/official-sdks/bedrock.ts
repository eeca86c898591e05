import {
  BedrockRuntimeClient,
  ConverseStreamCommand,
  type ConverseStreamOutput,
} from "@aws-sdk/client-bedrock-runtime";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import type { FinishReason } from "#server/providers/provider";
import { type HeardAnswer, type OfficialSdk, parseArguments } from "#tests/support/official-sdks/official-sdk";

const REASONS: Record<string, FinishReason> = {
  end_turn: "stop",
  stop_sequence: "stop",
  max_tokens: "max_output_tokens",
  tool_use: "tool_calls",
  guardrail_intervened: "content_filter",
  content_filtered: "content_filter",
};

function readEvent(
  event: ConverseStreamOutput,
  calls: Map<number, { name: string; text: string }>,
  heard: HeardAnswer,
) {
  const { contentBlockStart, contentBlockDelta, messageStop, metadata } = event;
  const started = contentBlockStart?.start?.toolUse;
  if (started) calls.set(contentBlockStart.contentBlockIndex ?? 0, { name: started.name ?? "", text: "" });
  const delta = contentBlockDelta?.delta;
  heard.text += delta?.text ?? "";
  heard.reasoning += delta?.reasoningContent?.text ?? "";
  const call = calls.get(contentBlockDelta?.contentBlockIndex ?? -1);
  if (call) call.text += delta?.toolUse?.input ?? "";
  const stop = REASONS[messageStop?.stopReason ?? ""];
  if (stop) heard.stop = stop;
  const usage = metadata?.usage;
  if (!usage) return;
  const cachedTokens = usage.cacheReadInputTokens ?? 0;
  heard.usage = {
    inputTokens: (usage.inputTokens ?? 0) + cachedTokens + (usage.cacheWriteInputTokens ?? 0),
    cachedTokens,
    outputTokens: usage.outputTokens ?? 0,
  };
}

/** `@aws-sdk/client-bedrock-runtime`, by ConverseStream. */
export const bedrock: OfficialSdk = {
  package: "@aws-sdk/client-bedrock-runtime",
  async ask(endpoint) {
    const credentials = { accessKeyId: "test", secretAccessKey: "test" };
    const client = new BedrockRuntimeClient({
      ...{ region: "us-east-1", endpoint, credentials, maxAttempts: 1 },
      // Its own speaks HTTP/2.
      requestHandler: new NodeHttpHandler(),
    });
    const messages = [{ role: "user" as const, content: [{ text: "Hello" }] }];
    const { stream } = await client.send(
      new ConverseStreamCommand({ modelId: "us.anthropic.claude-opus-5", messages }),
    );
    const calls = new Map<number, { name: string; text: string }>();
    const usage = { inputTokens: 0, cachedTokens: 0, outputTokens: 0 };
    const heard: HeardAnswer = { text: "", reasoning: "", calls: [], usage, stop: "content_filter" };
    for await (const event of stream ?? []) readEvent(event, calls, heard);
    client.destroy();
    heard.calls = [...calls.values()].map(({ name, text }) => ({ name, arguments: parseArguments(text) }));
    return heard;
  },
};
