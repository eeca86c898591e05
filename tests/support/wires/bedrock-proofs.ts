import type { ConverseStreamRequest, ImageBlock } from "@aws-sdk/client-bedrock-runtime";
import { expect } from "vitest";
import { PIXEL } from "#tests/support/capability-asks";
import type { WireProofs } from "#tests/support/wires/proof";

type Body = Partial<ConverseStreamRequest>;
const sent = (body: Body): { sent: Body } => ({ sent: body });
/** Bytes are base64 on the wire. */
const image: { image: ImageBlock } = {
  image: { format: "png", source: { bytes: expect.stringMatching(`^${PIXEL.slice(0, 20)}`) } },
};
const functionOf = (name: string, change: { strict?: true } = {}) => ({
  toolSpec: { name, inputSchema: { json: expect.objectContaining({ type: "object" }) }, ...change },
});
const functions = sent({ toolConfig: { tools: ["get_weather", "get_time"].map((name) => functionOf(name)) } });

export const bedrockProofs: WireProofs = {
  streaming: {},
  stopReasons: {},
  usage: {},
  // What models of one maker take stands outside of Converse's own fields.
  reasoning: sent({ additionalModelRequestFields: { thinking: { type: "enabled", budget_tokens: 6400 } } }),
  tools: functions,
  parallelTools: functions,
  serialTools: sent({
    additionalModelRequestFields: { tool_choice: { type: "auto", disable_parallel_tool_use: true } },
  }),
  forcedTools: sent({
    toolConfig: { tools: [functionOf("get_weather")], toolChoice: { tool: { name: "get_weather" } } },
  }),
  noTools: { sent: expect.not.objectContaining({ toolConfig: expect.anything() }) },
  allowedTools: sent({ toolConfig: { tools: [functionOf("get_weather")] } }),
  strictTools: sent({
    toolConfig: {
      tools: [functionOf("get_weather", { strict: true }), { toolSpec: expect.not.objectContaining({ strict: true }) }],
    },
  }),
  customTools: sent({
    toolConfig: {
      tools: [
        { toolSpec: { name: "run_code", inputSchema: { json: expect.objectContaining({ required: ["input"] }) } } },
      ],
    },
  }),
  jsonSchema: sent({
    additionalModelRequestFields: {
      output_config: { format: { type: "json_schema", schema: expect.objectContaining({ required: ["answer"] }) } },
    },
  }),
  jsonObject: {
    ...sent({
      toolConfig: {
        tools: [{ toolSpec: { name: "json", inputSchema: { json: { type: "object", additionalProperties: true } } } }],
        toolChoice: { any: {} },
      },
    }),
    fixture: "json-tool",
  },
  images: sent({ messages: [{ role: "user", content: [{ text: "What?" }, image] }] }),
  toolImages: sent({
    messages: [
      expect.objectContaining({ role: "user" }),
      {
        role: "assistant",
        content: [{ toolUse: { toolUseId: "call_a", name: "get_weather", input: { city: "Paris" } } }],
      },
      {
        role: "user",
        content: [{ toolResult: { toolUseId: "call_a", content: [{ text: "A map" }, image] } }],
      },
    ],
  }),
  signedReasoning: sent({
    messages: [
      expect.objectContaining({ role: "user" }),
      {
        role: "assistant",
        content: [
          { reasoningContent: { reasoningText: { text: "Let me think.", signature: expect.stringMatching(/./) } } },
        ],
      },
      expect.objectContaining({ role: "user" }),
    ],
  }),
  effort: sent({ additionalModelRequestFields: { thinking: { type: "enabled", budget_tokens: 38_400 } } }),
  maxOutputTokens: sent({ inferenceConfig: { maxTokens: 16 } }),
  sampling: sent({ inferenceConfig: { temperature: 0.25, topP: 0.5 } }),
  stop: sent({ inferenceConfig: { stopSequences: ["END"] } }),
  serviceTier: sent({ serviceTier: { type: "flex" } }),
};
