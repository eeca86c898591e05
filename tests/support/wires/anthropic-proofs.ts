import type Anthropic from "@anthropic-ai/sdk";
import { expect } from "vitest";
import { PIXEL } from "#tests/support/capability-asks";
import { textIn } from "#tests/support/model-request";
import type { WireProofs } from "#tests/support/wires/proof";

type Body = Partial<Anthropic.MessageCreateParamsStreaming>;
const sent = (body: Body): { sent: Body } => ({ sent: body });
const image: Anthropic.ImageBlockParam = {
  type: "image",
  source: { type: "base64", media_type: "image/png", data: PIXEL },
};
const functions = sent({
  tools: ["get_weather", "get_time"].map((name) => ({
    name,
    input_schema: expect.objectContaining({ type: "object" }),
  })),
});

export const anthropicProofs: WireProofs = {
  streaming: sent({ stream: true }),
  stopReasons: {},
  usage: {},
  reasoning: sent({ thinking: { type: "enabled", budget_tokens: 6400 } }),
  tools: functions,
  parallelTools: functions,
  serialTools: sent({ tool_choice: { type: "auto", disable_parallel_tool_use: true } }),
  forcedTools: sent({ tool_choice: { type: "tool", name: "get_weather" } }),
  noTools: sent({ tool_choice: { type: "none" } }),
  allowedTools: sent({ tools: [{ name: "get_weather", input_schema: expect.anything() }] }),
  strictTools: sent({
    tools: [
      { name: "get_weather", strict: true, input_schema: expect.anything() },
      expect.not.objectContaining({ strict: true }),
    ],
  }),
  customTools: sent({ tools: [{ name: "run_code", input_schema: { type: "object", required: ["input"] } }] }),
  jsonSchema: sent({ output_config: { format: { type: "json_schema", schema: { required: ["answer"] } } } }),
  jsonObject: {
    ...sent({
      tools: [{ name: "json", input_schema: { type: "object", additionalProperties: true } }],
      tool_choice: { type: "any", disable_parallel_tool_use: true },
    }),
    fixture: "json-tool",
    heard: (events) => expect(JSON.parse(textIn(events))).toEqual({ answer: 4 }),
  },
  images: sent({ messages: [{ role: "user", content: [{ type: "text", text: "What?" }, image] }] }),
  toolImages: sent({
    messages: [
      expect.objectContaining({ role: "user" }),
      {
        role: "assistant",
        content: [{ type: "tool_use", id: "call_a", name: "get_weather", input: { city: "Paris" } }],
      },
      {
        role: "user",
        content: [{ type: "tool_result", tool_use_id: "call_a", content: [{ type: "text", text: "A map" }, image] }],
      },
    ],
  }),
  signedReasoning: sent({
    messages: [
      expect.objectContaining({ role: "user" }),
      { role: "assistant", content: [{ type: "thinking", thinking: "Let me think.", signature: "EqQBCgIYAhIM" }] },
      expect.objectContaining({ role: "user" }),
    ],
  }),
  effort: sent({ thinking: { type: "enabled", budget_tokens: 38_400 } }),
  maxOutputTokens: sent({ max_tokens: 16 }),
  // Only models up to Claude 4.6 take one, and the SDK's newest types name it no more.
  sampling: { sent: { temperature: 0.25 } },
  stop: sent({ stop_sequences: ["END"] }),
  safetyIdentifier: sent({ metadata: { user_id: "user-7" } }),
};
