import type OpenAI from "openai";
import { expect } from "vitest";
import { PIXEL } from "#tests/support/capability-asks";
import type { WireProofs } from "#tests/support/wires/proof";

type Body = Partial<OpenAI.Chat.ChatCompletionCreateParamsStreaming>;
const sent = (body: Body): { sent: Body } => ({ sent: body });
const image: OpenAI.Chat.ChatCompletionContentPartImage = {
  type: "image_url",
  image_url: { url: `data:image/png;base64,${PIXEL}`, detail: "high" },
};
const functions = sent({
  tools: ["get_weather", "get_time"].map((name) => ({
    type: "function",
    function: { name, parameters: expect.objectContaining({ type: "object" }) },
  })),
});

export const chatProofs: WireProofs = {
  streaming: sent({ stream: true, stream_options: { include_usage: true } }),
  stopReasons: {},
  usage: {},
  // Not of OpenAI's own: its SDK passes the field through unread.
  reasoning: sent({ reasoning_effort: "low" }),
  tools: functions,
  parallelTools: functions,
  serialTools: sent({ parallel_tool_calls: false }),
  forcedTools: sent({ tool_choice: { type: "function", function: { name: "get_weather" } } }),
  noTools: sent({ tool_choice: "none" }),
  allowedTools: sent({ tools: [{ type: "function", function: expect.objectContaining({ name: "get_weather" }) }] }),
  strictTools: sent({
    tools: [
      { type: "function", function: { name: "get_weather", strict: true } },
      { type: "function", function: expect.not.objectContaining({ strict: true }) },
    ],
  }),
  // The scripted server is neither OpenAI nor Azure: a function of one text.
  customTools: sent({
    tools: [{ type: "function", function: { name: "run_code", parameters: { required: ["input"] } } }],
  }),
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
      { role: "user", content: "What does the map show?" },
      expect.objectContaining({ role: "assistant" }),
      { role: "tool", tool_call_id: "call_a", content: "A map" },
      { role: "user", content: [image] },
    ],
  }),
  audio: sent({
    messages: [{ role: "user", content: [{ type: "input_audio", input_audio: { data: "UklGRg==", format: "wav" } }] }],
  }),
  effort: sent({ reasoning_effort: "high" }),
  maxOutputTokens: sent({ max_tokens: 16 }),
  sampling: sent({ temperature: 0.25, top_p: 0.5 }),
  presencePenalty: sent({ presence_penalty: 0.5 }),
  frequencyPenalty: sent({ frequency_penalty: 0.25 }),
  stop: sent({ stop: ["END"] }),
  seed: sent({ seed: 7 }),
  logprobs: sent({ logprobs: true, top_logprobs: 2 }),
  moderation: sent({ moderation: { model: "omni-moderation-latest" } }),
  logitBias: sent({ logit_bias: { "1734": -100 } }),
  verbosity: sent({ verbosity: "low" }),
  serviceTier: sent({ service_tier: "flex" }),
  promptCacheKey: sent({ prompt_cache_key: "team-7" }),
  safetyIdentifier: sent({ safety_identifier: "user-7" }),
  names: sent({ messages: [{ role: "user", content: "Hi", name: "ada" }] }),
};
