import { describe, expect, test } from "vitest";
import { isAppError } from "#server/errors";
import { ResponseDecoder } from "#server/providers/openai-responses/decode-stream";
import type { ModelEvent } from "#server/providers/provider";
import type { JsonObject } from "#server/providers/shared/json";
import { callsIn, reasoningIn, testConnection, textIn } from "#tests/support/model-request";

const ids = { upstreamOf: (id: string) => id, ownOf: (id: string) => id };

function decode(...sent: JsonObject[]): ModelEvent[] {
  const namespaced = new Set(["find"]);
  const decoder = new ResponseDecoder({ connection: testConnection(), host: "vendor.example", ids, namespaced });
  for (const event of sent) decoder.push(event);
  if (!decoder.ended) decoder.endWithout();
  return decoder.take();
}

const said = (events: ModelEvent[]) => events.filter((event) => !["in_force", "model", "finish"].includes(event.type));
const message = (id: string | undefined, text: string): JsonObject => ({
  type: "message",
  ...(id && { id }),
  role: "assistant",
  status: "completed",
  content: [{ type: "output_text", text, annotations: [] }],
});
const delta = (text: string, where: JsonObject = {}): JsonObject => ({
  type: "response.output_text.delta",
  delta: text,
  ...where,
});
const added = (item: JsonObject, output_index?: number): JsonObject => ({
  type: "response.output_item.added",
  item,
  output_index,
});
const done = (item: JsonObject, output_index?: number): JsonObject => ({
  type: "response.output_item.done",
  item,
  output_index,
});
const completed = (output: JsonObject[] = []): JsonObject => ({
  type: "response.completed",
  response: { status: "completed", output },
});
const call = (id: string | undefined, name: string, args = ""): JsonObject => ({
  type: "function_call",
  ...(id && { id, call_id: `call_${id}` }),
  name,
  arguments: args,
});
const args = (text: string, where: JsonObject): JsonObject => ({
  type: "response.function_call_arguments.delta",
  delta: text,
  ...where,
});

describe("whatever a server leaves out, its answer is whole", () => {
  test.each<[string, JsonObject[]]>([
    ["no scaffolding", [delta("Hel"), delta("lo"), completed()]],
    [
      "no ids",
      [added({ type: "message", content: [] }), delta("Hel"), delta("lo"), completed([message(undefined, "Hello")])],
    ],
    [
      "no deltas",
      [added({ type: "message", id: "m" }, 0), done(message("m", "Hello"), 0), completed([message("m", "Hello")])],
    ],
    ["the output in the last event only", [completed([message("m", "Hello")])]],
    [
      "no done events",
      [added({ type: "message", id: "m" }, 0), delta("Hello", { item_id: "m" }), completed([message("m", "Hello")])],
    ],
    [
      "another id in deltas",
      [added({ type: "message", id: "m" }, 0), delta("Hello", { item_id: "x", output_index: 0 }), completed()],
    ],
    [
      "another id in the end",
      [added({ type: "message", id: "m" }, 0), delta("Hel", { item_id: "m" }), completed([message("z", "Hello")])],
    ],
    ["no last event", [added({ type: "message", id: "m" }, 0), delta("Hello", { item_id: "m" })]],
    [
      "parts that start at 1",
      [added({ type: "message", id: "m" }, 0), delta("Hello", { item_id: "m", content_index: 1 }), completed()],
    ],
    ["unknown events", [{ type: "keepalive" }, { type: "response.foo.bar" }, delta("Hello"), completed()]],
    ["the text at the end of its part", [{ type: "response.output_text.done", text: "Hello" }, completed()]],
    [
      "the text in the part",
      [{ type: "response.content_part.done", part: { type: "output_text", text: "Hello" } }, completed()],
    ],
  ])("%s", (_name, sent) => {
    const events = decode(...sent);
    expect(textIn(events)).toBe("Hello");
    expect(events.filter((event) => event.type === "item")).toHaveLength(1);
    expect(events.at(-1)).toEqual({ type: "finish", reason: "stop" });
  });

  test.each<[string, JsonObject[]]>([
    [
      "whole",
      [
        added(call("a", "f"), 0),
        args('{"x":', { item_id: "a" }),
        args("1}", { item_id: "a" }),
        done(call("a", "f", '{"x":1}'), 0),
      ],
    ],
    [
      "without done",
      [added(call("a", "f"), 0), args('{"x":1}', { item_id: "a" }), completed([call("a", "f", '{"x":1}')])],
    ],
    ["without deltas", [done(call("a", "f", '{"x":1}'), 0)]],
    [
      "without its beginning",
      [
        args('{"x":', { item_id: "a", output_index: 0 }),
        args("1}", { item_id: "a" }),
        done(call("a", "f", '{"x":1}'), 0),
      ],
    ],
    ["with all its arguments at once", [added(call("a", "f", '{"x":1}'), 0), done(call("a", "f", '{"x":1}'), 0)]],
    ["in the last event only", [completed([call("a", "f", '{"x":1}')])]],
  ])("a call %s", (_name, sent) => {
    const events = decode(...sent);
    expect(callsIn(events)).toEqual({ call_a: { name: "f", arguments: '{"x":1}', done: true } });
    expect(events.at(-1)).toEqual({ type: "finish", reason: "tool_calls" });
  });

  test("parallel calls under one index are told apart by their ids", () => {
    const events = decode(
      added(call("a", "f"), 0),
      added(call("b", "g"), 0),
      args("{}", { item_id: "a", output_index: 0 }),
      args("[]", { item_id: "b", output_index: 0 }),
      done(call("a", "f", "{}"), 0),
      done(call("b", "g", "[]"), 0),
    );
    expect(callsIn(events)).toMatchObject({ call_a: { arguments: "{}" }, call_b: { arguments: "[]" } });
  });

  test("labels that come with a call's end only; where they tell which tool it is, the call waits for them", () => {
    const caller = { type: "program", caller_id: "prog_1" };
    const [look, find] = [call("1", "look"), call("2", "find")];
    const labels = { namespace: "crm", caller };
    const events = decode(
      ...[added(look, 0), args('{"a":1}', { output_index: 0 }), done({ ...look, arguments: '{"a":1}', caller }, 0)],
      ...[added(find, 1), args('{"b":', { output_index: 1 }), args("2}", { output_index: 1 })],
      done({ ...find, arguments: '{"b":2}', ...labels }, 1),
      completed(),
    );
    expect(said(events)).toEqual([
      { type: "tool_call", callId: "call_1", name: "look" },
      { type: "tool_call_arguments", callId: "call_1", delta: '{"a":1}' },
      { type: "tool_call_done", callId: "call_1", labels: { caller } },
      { type: "tool_call", callId: "call_2", name: "find", labels },
      { type: "tool_call_arguments", callId: "call_2", delta: '{"b":2}' },
      { type: "tool_call_done", callId: "call_2" },
    ]);
    const cut = decode(added(find, 0), args("{}", { output_index: 0 }), { ...completed(), response: {} });
    expect(callsIn(cut)).toEqual(
      callsIn(decode(added({ ...find, namespace: "crm" }, 0), args("{}", { output_index: 0 }))),
    );
  });

  test("reasoning in either contract's names, raw and summarised", () => {
    expect(reasoningIn(decode({ type: "response.reasoning_text.delta", delta: "hm" }, completed()))).toBe("hm");
    expect(reasoningIn(decode({ type: "response.reasoning.delta", delta: "hm" }, completed()))).toBe("hm");
    const item = {
      type: "reasoning",
      id: "r",
      summary: [
        { type: "summary_text", text: "a" },
        { type: "summary_text", text: "b" },
      ],
    };
    expect(said(decode(completed([item])))).toEqual([
      { type: "item", item: "reasoning" },
      { type: "reasoning_summary", text: "a", part: 0 },
      { type: "reasoning_summary", text: "b", part: 1 },
      { type: "item_done" },
    ]);
  });

  test("annotations without a title or a place, and none of unknown kinds", () => {
    const annotation = (value: JsonObject) => ({ type: "response.output_text.annotation.added", annotation: value });
    const events = decode(
      delta("Hello"),
      annotation({ type: "url_citation", url: "https://a.example" }),
      annotation({ type: "hologram" }),
      completed(),
    );
    expect(events.filter((event) => event.type === "annotation")).toEqual([
      {
        type: "annotation",
        annotation: { type: "url_citation", url: "https://a.example", title: "", start_index: 5, end_index: 5 },
      },
    ]);
  });

  test("log probabilities get the bytes of their tokens", () => {
    const logprobs = [{ token: "é", logprob: -0.1, top_logprobs: [] }];
    expect(decode(delta("é", { logprobs }), completed())).toContainEqual({
      type: "text",
      text: "é",
      logprobs: [{ token: "é", logprob: -0.1, bytes: [195, 169], top_logprobs: [] }],
    });
  });
});

describe("items of the server's own tools", () => {
  const search = { id: "ws_1", type: "web_search_call", status: "in_progress" };
  const finished = { ...search, status: "completed", action: { type: "search", query: "cats" } };

  test("pass through with their events and keep the server's id inside", () => {
    const searching = {
      type: "response.web_search_call.searching",
      item_id: "ws_1",
      output_index: 0,
      sequence_number: 4,
    };
    expect(said(decode(added(search, 0), searching, done(finished, 0), completed([finished])))).toEqual([
      {
        type: "vendor_item",
        key: "item 0",
        item: "web_search_call",
        stage: "added",
        fields: { status: "in_progress", upstream: { host: "vendor.example", id: "ws_1" } },
      },
      { type: "vendor_event", key: "item 0", event: "response.web_search_call.searching", fields: {} },
      {
        type: "vendor_item",
        key: "item 0",
        item: "web_search_call",
        stage: "done",
        fields: { status: "completed", action: finished.action, upstream: { host: "vendor.example", id: "ws_1" } },
      },
    ]);
  });

  test("items of unknown types, and events without their item, are left out", () => {
    const stray = { type: "response.web_search_call.searching", output_index: 3 };
    expect(said(decode(stray, completed([{ type: "hologram_call", id: "h" }])))).toEqual([]);
  });
});

describe("how it ends", () => {
  test.each([
    [{ reason: "max_output_tokens" }, "max_output_tokens"],
    [{ reason: "length" }, "max_output_tokens"],
    [{ reason: "content_filter" }, "content_filter"],
    [null, "max_output_tokens"],
  ])("incomplete for %j is %s", (incomplete_details, reason) => {
    const response = { status: "incomplete", incomplete_details, output: [] };
    expect(decode({ type: "response.incomplete", response }).at(-1)).toEqual({ type: "finish", reason });
  });

  test.each<[string, JsonObject]>([
    ["nested", { type: "error", error: { type: "server_error", code: "boom", message: "It broke.", param: null } }],
    ["flat", { type: "error", code: "boom", message: "It broke.", param: null }],
    [
      "failed only",
      { type: "response.failed", response: { status: "failed", error: { code: "boom", message: "It broke." } } },
    ],
  ])("an error, %s, is told in the server's own words", (_name, event) => {
    try {
      decode(event);
      expect.fail("no error");
    } catch (error) {
      if (!isAppError(error)) throw error;
      expect(error).toMatchObject({ code: "provider_error", wireCode: "boom", message: "It broke." });
    }
  });

  test("the model is told once, its settings again at the end", () => {
    const response = { model: "gpt-5-2025", service_tier: "auto", temperature: null, reasoning: { effort: "warp" } };
    const events = decode({ type: "response.created", response }, completed());
    expect(events.slice(0, 2)).toEqual([
      { type: "in_force", settings: { modelId: "gpt-5-2025", service_tier: "auto" } },
      { type: "model", modelId: "gpt-5-2025" },
    ]);
  });
});
