import { expect } from "vitest";
import { PIXEL } from "#tests/support/capability-asks";
import type { WireProofs } from "#tests/support/wires/proof";

const sent = (body: object): { sent: object } => ({ sent: body });
const image = { type: "image_url", image_url: `data:image/png;base64,${PIXEL}` };
const functions = sent({
  tools: ["get_weather", "get_time"].map((name) => ({
    type: "function",
    function: { name, parameters: expect.objectContaining({ type: "object" }) },
  })),
});

export const mistralProofs: WireProofs = {
  streaming: sent({ stream: true }),
  stopReasons: {},
  usage: {},
  reasoning: {},
  tools: functions,
  parallelTools: functions,
  serialTools: sent({ parallel_tool_calls: false }),
  forcedTools: sent({ tool_choice: { type: "function", function: { name: "get_weather" } } }),
  noTools: sent({ tool_choice: "none" }),
  allowedTools: sent({ tools: [{ function: { name: "get_weather" } }] }),
  strictTools: sent({
    tools: [{ function: { strict: true } }, { function: expect.not.objectContaining({ strict: true }) }],
  }),
  customTools: sent({ tools: [{ function: { name: "run_code", parameters: { required: ["input"] } } }] }),
  jsonSchema: sent({
    response_format: {
      type: "json_schema",
      json_schema: { name: "reply", schema: { required: ["answer"] }, strict: true },
    },
  }),
  jsonObject: sent({ response_format: { type: "json_object" } }),
  images: sent({ messages: [{ role: "user", content: [{ type: "text", text: "What?" }, image] }] }),
  toolImages: sent({
    messages: [
      expect.objectContaining({ role: "user" }),
      expect.objectContaining({ role: "assistant" }),
      { role: "tool", name: "get_weather", content: "A map" },
      { role: "assistant", content: "OK." },
      { role: "user", content: [image] },
    ],
  }),
  effort: { ...sent({ reasoning_effort: "high" }), modelId: "mistral-small-latest" },
  maxOutputTokens: sent({ max_tokens: 16 }),
  sampling: sent({ temperature: 0.25, top_p: 0.5 }),
  presencePenalty: sent({ presence_penalty: 0.5 }),
  frequencyPenalty: sent({ frequency_penalty: 0.25 }),
  stop: sent({ stop: ["END"] }),
  seed: sent({ random_seed: 7 }),
  promptCacheKey: sent({ prompt_cache_key: "team-7" }),
};
