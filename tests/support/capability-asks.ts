import { expect } from "vitest";
import type { ModelEvent, ModelRequest } from "#server/providers/provider";
import type { Capability } from "#server/providers/shared/capability";
import { callsIn, reasoningIn, textIn, userMessage } from "#tests/support/model-request";

/** A request that needs a capability, and the recording that answers it. */
export interface CapabilityAsk {
  change: Partial<ModelRequest>;
  /** Without its ending: `text`, `json`, `parallel-tools`, … */
  fixture: string;
}

export const PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";
const IMAGE = { type: "image", url: `data:image/png;base64,${PIXEL}`, detail: "high" } as const;
const SCHEMA = {
  type: "object",
  properties: { answer: { type: "integer" } },
  required: ["answer"],
  additionalProperties: false,
};

function tool(name: string, strict = false): ModelRequest["tools"][number] {
  const parameters = {
    type: "object",
    properties: { city: { type: "string" } },
    required: ["city"],
    additionalProperties: false,
  };
  return { name, description: `Tells about ${name}`, parameters, strict, hosted: null };
}

const tools = [tool("get_weather"), tool("get_time")];
const custom: ModelRequest["tools"][number] = {
  ...tool("run_code"),
  parameters: {
    type: "object",
    properties: { input: { type: "string" } },
    required: ["input"],
    additionalProperties: false,
  },
  custom: { type: "grammar", syntax: "regex", definition: "[a-z]+" },
};
const called: ModelRequest["input"] = [
  userMessage("What does the map show?"),
  { type: "tool_call", callId: "call_a", name: "get_weather", arguments: '{"city":"Paris"}' },
];
const say = (change: Partial<ModelRequest>): CapabilityAsk => ({ change, fixture: "text" });
const call = (change: Partial<ModelRequest>): CapabilityAsk => ({ change, fixture: "parallel-tools" });

/** What is asked of every wire to see how it stands to a capability: the same of all of them. */
export const CAPABILITY_ASKS: Record<Capability, CapabilityAsk> = {
  streaming: say({}),
  stopReasons: { change: { maxOutputTokens: 16 }, fixture: "length" },
  usage: say({}),
  reasoning: { change: { reasoning: { effort: "low", summary: null } }, fixture: "reasoning" },
  tools: call({ tools }),
  parallelTools: call({ tools }),
  serialTools: call({ tools, parallelToolCalls: false }),
  forcedTools: call({ tools, toolChoice: { type: "tool", name: "get_weather" } }),
  noTools: say({ tools, toolChoice: { type: "none" } }),
  allowedTools: call({ tools, toolChoice: { type: "allowed", names: ["get_weather"], mode: "auto" } }),
  strictTools: call({ tools: [tool("get_weather", true), tool("get_time")] }),
  customTools: call({ tools: [custom] }),
  hostedTools: {
    change: { vendorTools: { tools: [{ type: "web_search" }], include: [], maxCalls: 2 } },
    fixture: "hosted-tool",
  },
  jsonSchema: {
    change: { format: { type: "json_schema", name: "reply", description: null, schema: SCHEMA, strict: true } },
    fixture: "json",
  },
  jsonObject: { change: { format: { type: "json_object" } }, fixture: "json" },
  images: say({ input: [{ type: "message", role: "user", content: [{ type: "text", text: "What?" }, IMAGE] }] }),
  toolImages: say({
    tools,
    input: [
      ...called,
      {
        type: "tool_result",
        callId: "call_a",
        name: "get_weather",
        output: [{ type: "text", text: "A map" }, IMAGE],
        isError: false,
      },
    ],
  }),
  documents: say({}),
  audio: say({
    input: [{ type: "message", role: "user", content: [{ type: "audio", data: "UklGRg==", format: "wav" }] }],
  }),
  signedReasoning: say({
    input: [
      userMessage("2+2?"),
      { type: "reasoning", text: "", summary: [], encryptedContent: "of another wire" },
      userMessage("Well?"),
    ],
  }),
  effort: { change: { reasoning: { effort: "high", summary: null } }, fixture: "reasoning" },
  summary: { change: { reasoning: { effort: null, summary: "detailed" } }, fixture: "text" },
  maxOutputTokens: { change: { maxOutputTokens: 16 }, fixture: "length" },
  sampling: say({ temperature: 0.25, topP: 0.5 }),
  presencePenalty: say({ presencePenalty: 0.5 }),
  frequencyPenalty: say({ frequencyPenalty: 0.25 }),
  stop: say({ stop: ["END"] }),
  seed: say({ seed: 7 }),
  logprobs: { change: { topLogprobs: 2 }, fixture: "logprobs" },
  moderation: { change: { passed: { moderation: { model: "omni-moderation-latest" } } }, fixture: "moderated" },
  logitBias: say({ logitBias: { "1734": -100 } }),
  verbosity: say({ verbosity: "low" }),
  serviceTier: say({ serviceTier: "flex" }),
  promptCacheKey: say({ promptCacheKey: "team-7" }),
  safetyIdentifier: say({ safetyIdentifier: "user-7" }),
  names: say({
    input: [{ type: "message", role: "user", content: [{ type: "text", text: "Hi" }], name: "ada" }],
  }),
};

function moderationResult({ flagged, score }: { flagged: boolean; score: number }) {
  return {
    type: "moderation_result",
    model: "omni-moderation-latest",
    flagged,
    categories: { violence: flagged },
    category_scores: { violence: score },
    category_applied_input_types: { violence: ["text"] },
  };
}

/** What is heard of every wire alike. */
export const CAPABILITY_HEARD: Partial<Record<Capability, (events: ModelEvent[]) => void>> = {
  streaming: (events) => {
    expect(textIn(events)).toBe("Hello, w\u00f6rld! \u{1f30d}");
    expect(events.filter((event) => event.type === "text")).toHaveLength(3);
  },
  stopReasons: (events) => expect(events.at(-1)).toEqual({ type: "finish", reason: "max_output_tokens" }),
  usage: (events) => {
    const usage = { inputTokens: 16, cachedTokens: 4, outputTokens: 7, reasoningTokens: 0 };
    expect(events).toContainEqual({ type: "usage", usage });
  },
  reasoning: (events) => {
    expect([reasoningIn(events), textIn(events)]).toEqual(["Let me think.", "Four."]);
  },
  parallelTools: (events) => {
    const calls = Object.values(callsIn(events));
    expect(calls).toEqual([
      { name: "get_weather", arguments: '{"city":"Paris"}', done: true },
      { name: "get_time", arguments: '{"zone":"CET"}', done: true },
    ]);
    expect(events.at(-1)).toEqual({ type: "finish", reason: "tool_calls" });
  },
  jsonSchema: (events) => expect(JSON.parse(textIn(events))).toEqual({ answer: 4 }),
  jsonObject: (events) => expect(JSON.parse(textIn(events))).toEqual({ answer: 4 }),
  moderation: (events) => {
    const told = events.flatMap((event) => (event.type === "in_force" ? [event.settings.moderation] : []));
    expect(told.at(-1)).toEqual({
      input: moderationResult({ flagged: false, score: 0.01 }),
      output: moderationResult({ flagged: true, score: 0.9 }),
    });
  },
  logprobs: (events) => {
    const said = events.flatMap((event) => (event.type === "text" ? (event.logprobs ?? []) : []));
    expect(said.map(({ token, logprob }) => [token, logprob])).toEqual([
      ["Hello", -0.1],
      [", ", -0.2],
      ["w\u00f6rld! \u{1f30d}", -0.3],
    ]);
    expect(said[0]?.top_logprobs).toMatchObject([{ token: "Hello" }, { token: "Hi", logprob: -2.5 }]);
  },
};
