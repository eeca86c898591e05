import { expect } from "vitest";
import { PIXEL } from "#tests/support/capability-asks";
import type { WireProofs } from "#tests/support/wires/proof";

const sent = (body: object): { sent: object } => ({ sent: body });
const image = { type: "image_url", image_url: { url: `data:image/png;base64,${PIXEL}`, detail: "high" } };
const functions = sent({
  tools: ["get_weather", "get_time"].map((name) => ({
    type: "function",
    function: { name, parameters: expect.objectContaining({ type: "object" }) },
  })),
});

export const cohereProofs: WireProofs = {
  streaming: sent({ stream: true }),
  stopReasons: {},
  usage: {},
  reasoning: {},
  tools: functions,
  parallelTools: functions,
  forcedTools: sent({ tool_choice: "REQUIRED", tools: [{ function: { name: "get_weather" } }] }),
  noTools: sent({ tool_choice: "NONE" }),
  allowedTools: sent({ tools: [{ function: { name: "get_weather" } }] }),
  // One of the two is not strict.
  strictTools: { sent: expect.not.objectContaining({ strict_tools: true }) },
  customTools: sent({ tools: [{ function: { name: "run_code", parameters: { required: ["input"] } } }] }),
  jsonSchema: sent({ response_format: { type: "json_object", json_schema: { required: ["answer"] } } }),
  jsonObject: sent({ response_format: { type: "json_object" } }),
  images: sent({ messages: [{ role: "user", content: [{ type: "text", text: "What?" }, image] }] }),
  toolImages: sent({
    messages: [
      expect.objectContaining({ role: "user" }),
      expect.objectContaining({ role: "assistant" }),
      { role: "tool", tool_call_id: "call_a", content: "A map" },
      { role: "user", content: [image] },
    ],
  }),
  effort: sent({ thinking: { type: "enabled", token_budget: 19_661 } }),
  maxOutputTokens: sent({ max_tokens: 16 }),
  sampling: sent({ temperature: 0.25, p: 0.5 }),
  presencePenalty: sent({ presence_penalty: 0.5 }),
  frequencyPenalty: sent({ frequency_penalty: 0.25 }),
  stop: sent({ stop_sequences: ["END"] }),
  seed: sent({ seed: 7 }),
};
