import type { Cohere } from "cohere-ai";
import { expect } from "vitest";
import { PIXEL } from "#tests/support/capability-asks";
import type { WireProofs } from "#tests/support/wires/proof";

type SnakeCase<Name extends string> = Name extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `_${Lowercase<First>}`}${SnakeCase<Rest>}`
  : Name;
/** A type of the SDK's with the names that it writes on the wire. */
type OnTheWire<T> = T extends readonly (infer Entry)[]
  ? OnTheWire<Entry>[]
  : T extends object
    ? { [Key in keyof T as Key extends string ? SnakeCase<Key> : Key]: OnTheWire<T[Key]> }
    : T;

type Body = OnTheWire<Partial<Cohere.V2ChatStreamRequest>> & { stream?: true };
const sent = (body: Body): { sent: Body } => ({ sent: body });
const functionOf = (name: string) => ({
  type: "function" as const,
  function: { name, parameters: expect.objectContaining({ type: "object" }) },
});
const functions = sent({ tools: ["get_weather", "get_time"].map(functionOf) });
const image = {
  type: "image_url" as const,
  image_url: { url: `data:image/png;base64,${PIXEL}`, detail: "high" as const },
};

export const cohereProofs: WireProofs = {
  streaming: sent({ stream: true }),
  stopReasons: {},
  usage: {},
  reasoning: sent({ thinking: { type: "enabled", token_budget: 3_277 } }),
  tools: functions,
  parallelTools: functions,
  forcedTools: sent({ tools: [functionOf("get_weather")], tool_choice: "REQUIRED" }),
  noTools: sent({ tool_choice: "NONE" }),
  allowedTools: sent({ tools: [functionOf("get_weather")] }),
  // One of the two is not strict; where all are, the provider's own test says so.
  strictTools: { sent: expect.not.objectContaining({ strict_tools: true }) },
  customTools: sent({
    tools: [
      {
        type: "function",
        function: { name: "run_code", parameters: expect.objectContaining({ required: ["input"] }) },
      },
    ],
  }),
  jsonSchema: sent({
    response_format: { type: "json_object", json_schema: expect.objectContaining({ required: ["answer"] }) },
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
  effort: sent({ thinking: { type: "enabled", token_budget: 19_661 } }),
  maxOutputTokens: sent({ max_tokens: 16 }),
  sampling: sent({ temperature: 0.25, p: 0.5 }),
  presencePenalty: sent({ presence_penalty: 0.5 }),
  frequencyPenalty: sent({ frequency_penalty: 0.25 }),
  stop: sent({ stop_sequences: ["END"] }),
  seed: sent({ seed: 7 }),
};
