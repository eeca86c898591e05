import { beforeEach, describe, expect, it } from "vitest";
import type { Connection, LanguageModel, ModelAttempt, ModelEvent, ModelRequest } from "#server/providers/provider";
import { createProvider } from "#server/providers/registry";
import { callsIn, collectEvents, modelRequest, reasoningIn, textIn, userMessage } from "#tests/support/model-request";
import { upstreamForSuite } from "#tests/support/upstream-suite";
import { connectionTo, endStream, playing, vendorWires } from "#tests/support/vendor-wires";

const tools: ModelRequest["tools"] = ["get_weather", "get_time"].map((name) => ({
  name,
  description: `Tells about ${name}`,
  parameters: { type: "object", properties: { city: { type: "string" } } },
  strict: false,
  hosted: null,
}));

const upstream = upstreamForSuite({ PROVIDER_BACKOFF_SECONDS: "0.01" });

describe.each(vendorWires)("$name", (wire) => {
  let connection: Connection;
  let model: LanguageModel;
  let attempts: ModelAttempt[];

  beforeEach(() => {
    connection = connectionTo(wire, upstream.baseUrl);
    model = createProvider(connection).languageModel(wire.modelId);
    attempts = [];
  });

  const ask = (change: Partial<ModelRequest> = {}): Promise<ModelEvent[]> =>
    collectEvents(model, modelRequest({ onAttempt: (attempt) => attempts.push(attempt), ...change }));

  it("streams text, usage and the reason to stop", async () => {
    upstream.script(playing(wire, "text"));
    const events = await ask();
    expect(textIn(events)).toBe("Hello, wörld! 🌍");
    expect(events.filter((event) => event.type === "text").length).toBe(3);
    const usage = { inputTokens: 16, cachedTokens: 4, outputTokens: 7, reasoningTokens: 0 };
    expect(events).toContainEqual({ type: "usage", usage });
    expect(events.at(-1)).toEqual({ type: "finish", reason: "stop" });
    expect(events.filter((event) => event.type === "model").length).toBeLessThanOrEqual(1);
    expect(attempts).toMatchObject([{ attempt: 1, status: 200, error: null }]);
  });

  it("understands the same stream however it is cut, also inside a character", async () => {
    const bytes = wire.fixture("text");
    const cuts = [bytes.indexOf("\u00f6") + 1, bytes.indexOf("\u{1f30d}") + 2];
    upstream.script(async (exchange) => {
      for (let at = 0; at < bytes.length; ) {
        const next = Math.min(at + 41, ...cuts.filter((cut) => cut > at));
        exchange.sendRaw(bytes.subarray(at, next));
        at = next;
        await new Promise(setImmediate);
      }
      endStream(wire, exchange);
    });
    expect(textIn(await ask())).toBe("Hello, wörld! 🌍");
  });

  it("keeps parallel tool calls apart", async () => {
    upstream.script(playing(wire, "parallel-tools"));
    const events = await ask({ tools });
    const [weather, time] = wire.callIds ?? ["call_a", "call_b"];
    expect(callsIn(events)).toEqual({
      [weather]: { name: "get_weather", arguments: '{"city":"Paris"}', done: true },
      [time]: { name: "get_time", arguments: '{"zone":"CET"}', done: true },
    });
    expect(events.at(-1)).toEqual({ type: "finish", reason: "tool_calls" });
    expect(JSON.stringify(upstream.requests[0]?.body)).toContain('"get_time"');
  });

  it("sends results back beside their calls", async () => {
    upstream.script(playing(wire, "text"));
    await ask({
      tools,
      input: [
        userMessage("Weather and time?"),
        { type: "tool_call", callId: "call_a", name: "get_weather", arguments: '{"city":"Paris"}' },
        { type: "tool_call", callId: "call_b", name: "get_time", arguments: '{"zone":"CET"}' },
        {
          type: "tool_result",
          callId: "call_a",
          name: "get_weather",
          output: [{ type: "text", text: "rain-17" }],
          isError: false,
        },
        {
          type: "tool_result",
          callId: "call_b",
          name: "get_time",
          output: [{ type: "text", text: "noon-12" }],
          isError: false,
        },
      ],
    });
    const body = JSON.stringify(upstream.requests[0]?.body);
    expect(body).toContain("rain-17");
    expect(body.indexOf("rain-17")).toBeLessThan(body.indexOf("noon-12"));
    expect(body.indexOf("get_time")).toBeLessThan(body.indexOf("rain-17"));
  });

  it("separates reasoning from the answer", async () => {
    upstream.script(playing(wire, "reasoning"));
    const events = await ask({ reasoning: { effort: "low", summary: null } });
    expect(reasoningIn(events)).toBe("Let me think.");
    expect(textIn(events)).toBe("Four.");
    expect(events.find((event) => event.type === "usage")).toMatchObject({ usage: { outputTokens: 30 } });
  });

  it("asks for JSON under a schema", async () => {
    upstream.script(playing(wire, "json"));
    const schema = {
      type: "object",
      properties: { answer: { type: "integer" } },
      required: ["answer"],
      additionalProperties: false,
    };
    const events = await ask({
      format: { type: "json_schema", name: "reply", description: null, schema, strict: true },
    });
    expect(JSON.parse(textIn(events))).toEqual({ answer: 4 });
    expect(JSON.stringify(upstream.requests[0]?.body)).toContain('"answer"');
  });

  it("tells when the answer was cut off", async () => {
    upstream.script(playing(wire, "length"));
    expect((await ask({ maxOutputTokens: 16 })).at(-1)).toEqual({ type: "finish", reason: "max_output_tokens" });
    expect(JSON.stringify(upstream.requests[0]?.body)).toMatch(
      /"(max_tokens|max_output_tokens|maxOutputTokens|maxTokens)":16/,
    );
  });
});
