import type OpenAI from "openai";
import { expect } from "vitest";
import { PIXEL } from "#tests/support/capability-asks";
import { callsIn } from "#tests/support/model-request";
import type { WireProofs } from "#tests/support/wires/proof";

type Body = Partial<OpenAI.Responses.ResponseCreateParamsStreaming>;
const sent = (body: Body): { sent: Body } => ({ sent: body });
const image: OpenAI.Responses.ResponseInputImage = {
  type: "input_image",
  image_url: `data:image/png;base64,${PIXEL}`,
  detail: "high",
};
const functions = sent({
  tools: ["get_weather", "get_time"].map((name) => ({
    type: "function",
    name,
    parameters: expect.objectContaining({ type: "object" }),
    strict: false,
  })),
});

export const responsesProofs: WireProofs = {
  streaming: sent({ stream: true, store: false }),
  stopReasons: {},
  usage: {},
  reasoning: sent({ include: ["reasoning.encrypted_content"] }),
  tools: functions,
  parallelTools: functions,
  serialTools: sent({ parallel_tool_calls: false }),
  forcedTools: sent({ tool_choice: { type: "function", name: "get_weather" } }),
  noTools: sent({ tool_choice: "none" }),
  // The scripted server is neither OpenAI nor Azure.
  allowedTools: sent({ tools: [expect.objectContaining({ name: "get_weather" })] }),
  strictTools: sent({
    tools: [
      expect.objectContaining({ name: "get_weather", strict: true }),
      expect.objectContaining({ name: "get_time", strict: false }),
    ],
  }),
  customTools: {
    ...sent({
      tools: [
        {
          type: "custom",
          name: "run_code",
          description: "Tells about run_code",
          format: { type: "grammar", syntax: "regex", definition: "[a-z]+" },
        },
      ],
    }),
    fixture: "custom-tool",
    heard: (events) => {
      expect(events).toContainEqual({ type: "tool_call", callId: "call_c", name: "run_code", custom: true });
      expect(callsIn(events)).toEqual({ call_c: { name: "run_code", arguments: "abcdef", done: true } });
    },
  },
  hostedTools: {
    ...sent({ tools: [{ type: "web_search" }], max_tool_calls: 2 }),
    fixture: "hosted-tool",
    heard: (events) => {
      const items = events.filter((event) => event.type === "vendor_item");
      expect(items).toMatchObject([
        { item: "web_search_call", stage: "added" },
        { item: "web_search_call", stage: "done", fields: { status: "completed" } },
      ]);
    },
  },
  jsonSchema: sent({
    text: { format: { type: "json_schema", name: "reply", schema: { required: ["answer"] }, strict: true } },
  }),
  jsonObject: sent({ text: { format: { type: "json_object" } } }),
  images: sent({
    input: [{ type: "message", role: "user", content: [{ type: "input_text", text: "What?" }, image] }],
  }),
  toolImages: sent({
    input: [
      expect.anything(),
      expect.anything(),
      { type: "function_call_output", call_id: "call_a", output: [{ type: "input_text", text: "A map" }, image] },
    ],
  }),
  signedReasoning: sent({
    input: [
      expect.anything(),
      {
        type: "reasoning",
        id: "rs_up0",
        summary: [{ type: "summary_text", text: "Let me think." }],
        encrypted_content: "gAAAwhole",
      },
      expect.anything(),
    ],
  }),
  effort: sent({ reasoning: { effort: "high" } }),
  summary: sent({ reasoning: { summary: "detailed" } }),
  maxOutputTokens: sent({ max_output_tokens: 16 }),
  sampling: sent({ temperature: 0.25, top_p: 0.5 }),
  // The two are in the published contract and not in the SDK's types.
  presencePenalty: { sent: { presence_penalty: 0.5 } },
  frequencyPenalty: { sent: { frequency_penalty: 0.25 } },
  logprobs: sent({ top_logprobs: 2, include: ["reasoning.encrypted_content", "message.output_text.logprobs"] }),
  moderation: sent({ moderation: { model: "omni-moderation-latest" } }),
  verbosity: sent({ text: { verbosity: "low" } }),
  serviceTier: sent({ service_tier: "flex" }),
  promptCacheKey: sent({ prompt_cache_key: "team-7" }),
  safetyIdentifier: sent({ safety_identifier: "user-7" }),
};
