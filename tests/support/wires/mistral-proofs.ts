import type { ChatCompletionStreamRequest$Outbound } from "@mistralai/mistralai/models/components";
import { expect } from "vitest";
import { PIXEL } from "#tests/support/capability-asks";
import type { WireProofs } from "#tests/support/wires/proof";

/** The body as the SDK itself would send it. */
type Body = Partial<ChatCompletionStreamRequest$Outbound>;
const sent = (body: Body): { sent: Body } => ({ sent: body });
const functionOf = (name: string, change: { strict?: boolean } = {}) => ({
  type: "function" as const,
  function: expect.objectContaining({ name, parameters: expect.objectContaining({ type: "object" }), ...change }),
});
const functions = sent({ tools: ["get_weather", "get_time"].map((name) => functionOf(name)) });
const image = { type: "image_url" as const, image_url: `data:image/png;base64,${PIXEL}` };

export const mistralProofs: WireProofs = {
  streaming: sent({ stream: true }),
  stopReasons: {},
  usage: {},
  reasoning: { ...sent({ reasoning_effort: "high" }), modelId: "magistral-medium-latest" },
  tools: functions,
  parallelTools: functions,
  serialTools: sent({ parallel_tool_calls: false }),
  forcedTools: sent({ tool_choice: { type: "function", function: { name: "get_weather" } } }),
  noTools: sent({ tool_choice: "none" }),
  allowedTools: sent({ tools: [functionOf("get_weather")] }),
  strictTools: sent({
    tools: [
      functionOf("get_weather", { strict: true }),
      { type: "function", function: expect.not.objectContaining({ strict: true }) },
    ],
  }),
  customTools: sent({
    tools: [
      {
        type: "function",
        function: expect.objectContaining({
          name: "run_code",
          parameters: expect.objectContaining({ required: ["input"] }),
        }),
      },
    ],
  }),
  jsonSchema: sent({
    response_format: {
      type: "json_schema",
      json_schema: { name: "reply", schema: expect.objectContaining({ required: ["answer"] }), strict: true },
    },
  }),
  jsonObject: sent({ response_format: { type: "json_object" } }),
  images: sent({ messages: [{ role: "user", content: [{ type: "text", text: "What?" }, image] }] }),
  toolImages: sent({
    messages: [
      { role: "user", content: [{ type: "text", text: "What does the map show?" }] },
      expect.objectContaining({ role: "assistant" }),
      { role: "tool", name: "get_weather", tool_call_id: expect.stringMatching(/^[a-zA-Z0-9]{9}$/), content: "A map" },
      expect.objectContaining({ role: "assistant", content: "OK." }),
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
