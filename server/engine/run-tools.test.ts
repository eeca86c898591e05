import { describe, expect, test } from "vitest";
import { AppError } from "#server/errors";
import { isTerminalEvent, type ResponseEvent } from "#server/protocol/events";
import type { ResponseResource } from "#server/protocol/response";
import { brokenRules } from "#server/protocol/stream-rules";
import type { ModelInput, ModelRequest } from "#server/providers/provider";
import type { SpanStart, TraceRecorder } from "#server/tracing/span";
import { silentTrace } from "#server/tracing/span";
import { FILE_SEARCH, fakeSearch } from "#tests/support/fake-search";
import { asWire, type EngineScript, runEngine } from "#tests/support/run-engine";
import { callingTurn, sayingTurn, scriptedModel } from "#tests/support/scripted-model";

async function run(script: EngineScript): Promise<{ events: ResponseEvent[]; response: ResponseResource }> {
  const events = await runEngine(script);
  expect(brokenRules(asWire(events))).toEqual([]);
  const last = events.at(-1);
  if (!last || !isTerminalEvent(last)) throw new Error("no terminal event");
  return { events, response: last.response };
}

const search = (id: string, query = id) => ({ id, name: "file_search", arguments: { query } });
const clientTool = (name: string) => ({ type: "function", name, parameters: { type: "object", properties: {} } });
const results = (request: ModelRequest | undefined) =>
  (request?.input ?? []).filter(
    (item): item is Extract<ModelInput, { type: "tool_result" }> => item.type === "tool_result",
  );
const said = (request: ModelRequest | undefined) =>
  results(request).map(({ callId, output, isError }) => {
    const [first] = output;
    return [callId, first?.type === "text" ? first.text : "", isError];
  });

describe("hosted tools", () => {
  test("run inside the response: item, statuses, result to the model, citation in the answer", async () => {
    const model = scriptedModel(callingTurn(search("c1", "cats")), sayingTurn("Cats purr", " 【", "1】", "."));
    const { events, response } = await run({ model, tools: [fakeSearch()], body: { tools: [FILE_SEARCH] } });
    expect(events.map((event) => event.type.replace("response.", ""))).toEqual([
      "created",
      "in_progress",
      "output_item.added",
      "file_search_call.in_progress",
      "file_search_call.searching",
      "file_search_call.completed",
      "output_item.done",
      "output_item.added",
      "content_part.added",
      "output_text.delta",
      "output_text.annotation.added",
      "output_text.delta",
      "output_text.done",
      "content_part.done",
      "output_item.done",
      "completed",
    ]);
    expect(response.output).toMatchObject([
      { type: "file_search_call", status: "completed", queries: ["cats"], results: [{ file_id: "file-1" }] },
      {
        type: "message",
        content: [
          {
            text: "Cats purr.",
            annotations: [{ type: "file_citation", file_id: "file-1", filename: "notes.md", index: 9 }],
          },
        ],
      },
    ]);
    expect(model.requests[1]?.input.slice(1)).toEqual([
      { type: "tool_call", callId: "c1", name: "file_search", arguments: '{"query":"cats"}' },
      {
        type: "tool_result",
        callId: "c1",
        name: "file_search",
        output: [{ type: "text", text: "【1】 notes.md\nAbout cats." }],
        isError: false,
      },
    ]);
  });

  test("of one turn run together, at most as many as allowed, and answer in the order of their items", async () => {
    let running = 0;
    let most = 0;
    const finished: string[] = [];
    const gates = new Map<string, () => void>();
    const tool = fakeSearch(async (query) => {
      running += 1;
      most = Math.max(most, running);
      await new Promise<void>((resolve) => {
        gates.set(query, resolve);
        if (gates.has("q1") && gates.has("q2")) gates.get("q2")?.();
        if (query === "q3") gates.get("q3")?.();
      });
      running -= 1;
      finished.push(query);
      if (query === "q3") gates.get("q1")?.();
      return [query];
    });
    const model = scriptedModel(callingTurn(search("q1"), search("q2"), search("q3")), sayingTurn("ok"));
    const { events, response } = await run({
      model,
      tools: [tool],
      limits: { toolConcurrency: 2 },
      body: { tools: [FILE_SEARCH] },
    });
    expect(most).toBe(2);
    expect(finished).toEqual(["q2", "q3", "q1"]);
    expect(results(model.requests[1]).map((result) => result.callId)).toEqual(["q1", "q2", "q3"]);
    expect(response.output.flatMap((item) => (item.type === "file_search_call" ? item.queries : []))).toEqual([
      "q1",
      "q2",
      "q3",
    ]);
    const doneOrder = events.flatMap((event) =>
      event.type === "response.output_item.done" ? [event.output_index] : [],
    );
    expect(doneOrder).toEqual([1, 2, 0, 3]);
  });

  test("beside a client's function still run, and the run ends there", async () => {
    const model = scriptedModel(callingTurn(search("c1"), { id: "c2", name: "get_weather", arguments: {} }));
    const { response } = await run({
      model,
      tools: [fakeSearch()],
      body: { tools: [FILE_SEARCH, clientTool("get_weather")] },
    });
    expect(response.output).toMatchObject([
      { type: "file_search_call", status: "completed" },
      { type: "function_call", call_id: "c2" },
    ]);
    expect(model.requests).toHaveLength(1);
  });

  test.each([
    ["an error of ours", new AppError("not_found", "No such store."), "The tool failed: No such store."],
    ["a stranger's error", new TypeError("secret"), "The tool failed: an internal error occurred."],
  ])("that fail with %s answer the model, and the response goes on", async (_, error, expected) => {
    const tool = fakeSearch(() => Promise.reject(error));
    const model = scriptedModel(callingTurn(search("c1")), sayingTurn("Sorry."));
    const { response } = await run({ model, tools: [tool], body: { tools: [FILE_SEARCH] } });
    expect(said(model.requests[1])).toEqual([["c1", expected, true]]);
    expect(response).toMatchObject({ status: "completed", output: [{ status: "failed", queries: ["c1"] }, {}] });
  });

  test.each([
    ["not JSON", "{oops", "The tool failed: its arguments are not valid JSON."],
    [
      "of the wrong shape",
      '{"query":7}',
      "The tool failed: its arguments do not fit: query: Invalid input: expected string, received number",
    ],
  ])("whose arguments are %s are told so", async (_, text, expected) => {
    const model = scriptedModel(
      [
        [
          { type: "tool_call", callId: "c1", name: "file_search" },
          { type: "tool_call_arguments", callId: "c1", delta: text },
        ],
      ],
      sayingTurn("Sorry."),
    );
    await run({ model, tools: [fakeSearch()], body: { tools: [FILE_SEARCH] } });
    expect(said(model.requests[1])).toEqual([["c1", expected, true]]);
  });
});

describe("what a model may call", () => {
  test("max_tool_calls: no further hosted call starts, in any turn, and the run still ends", async () => {
    let started = 0;
    const tool = fakeSearch(() => {
      started += 1;
      return ["found"];
    });
    const model = scriptedModel(
      callingTurn(search("c1"), search("c2"), search("c3")),
      callingTurn(search("c4")),
      sayingTurn("Done."),
    );
    const { response } = await run({ model, tools: [tool], body: { tools: [FILE_SEARCH], max_tool_calls: 2 } });
    expect(started).toBe(2);
    expect(response.status).toBe("completed");
    expect(response.output.map((item) => item.type)).toEqual(["file_search_call", "file_search_call", "message"]);
    const limit = "Limit reached: no further tool calls are possible. Answer with what you know.";
    expect(said(model.requests[1]).at(-1)).toEqual(["c3", limit, true]);
    expect(said(model.requests[2]).at(-1)).toEqual(["c4", limit, true]);
    expect(model.requests.map((request) => request.toolChoice.type)).toEqual(["auto", "none", "none"]);
  });

  test("parallel_tool_calls false: one call a turn, whatever the vendor lets through", async () => {
    const model = scriptedModel(callingTurn(search("c1"), search("c2")), sayingTurn("ok"));
    const { response } = await run({
      model,
      tools: [fakeSearch()],
      body: { tools: [FILE_SEARCH], parallel_tool_calls: false },
    });
    expect(response.output.map((item) => item.type)).toEqual(["file_search_call", "message"]);
    expect(results(model.requests[1]).map((result) => result.callId)).toEqual(["c1"]);
  });

  test("allowed_tools is enforced, and the model is told", async () => {
    const model = scriptedModel(
      callingTurn({ id: "c1", name: "delete_all", arguments: {} }),
      callingTurn({ id: "c2", name: "look", arguments: {} }),
    );
    const { response } = await run({
      model,
      body: {
        tools: [clientTool("look"), clientTool("delete_all")],
        tool_choice: { type: "allowed_tools", mode: "required", tools: [{ type: "function", name: "look" }] },
      },
    });
    expect(response.output).toMatchObject([{ type: "function_call", name: "look" }]);
    expect(said(model.requests[1])).toEqual([
      ["c1", "The tool 'delete_all' may not be called now. Allowed: look.", true],
    ]);
    expect(model.requests[0]?.tools.map((tool) => tool.name)).toEqual(["look", "delete_all"]);
    expect(model.requests.map((request) => request.toolChoice)).toEqual([
      { type: "allowed", names: ["look"], mode: "required" },
      { type: "allowed", names: ["look"], mode: "auto" },
    ]);
  });

  test("tool_choice none: a call is refused", async () => {
    const model = scriptedModel(callingTurn({ id: "c1", name: "look", arguments: {} }), sayingTurn("ok"));
    const { response } = await run({ model, body: { tools: [clientTool("look")], tool_choice: "none" } });
    expect(response.output.map((item) => item.type)).toEqual(["message"]);
  });

  test.each([
    ["required", { type: "required" }],
    [{ type: "file_search" }, { type: "tool", name: "file_search" }],
  ])("tool_choice %j holds for the first turn only", async (choice, expected) => {
    const model = scriptedModel(callingTurn(search("c1")), sayingTurn("ok"));
    await run({ model, tools: [fakeSearch()], body: { tools: [FILE_SEARCH], tool_choice: choice } });
    expect(model.requests.map((request) => request.toolChoice)).toEqual([expected, { type: "auto" }]);
  });

  test("a tool that does not exist is answered with what there is", async () => {
    const model = scriptedModel(callingTurn({ id: "c1", name: "fly", arguments: {} }), sayingTurn("ok"));
    const { response } = await run({ model, body: { tools: [clientTool("walk")] } });
    expect(said(model.requests[1])).toEqual([["c1", "There is no tool named 'fly'. There are: walk.", true]]);
    expect(response.output.map((item) => item.type)).toEqual(["message"]);
  });

  test("a model that never stops calling is stopped: the last turn may call nothing", async () => {
    const model = scriptedModel(callingTurn(search("again")));
    const { response } = await run({
      model,
      tools: [fakeSearch()],
      limits: { maxTurns: 3 },
      body: { tools: [FILE_SEARCH] },
    });
    expect(model.requests.map((request) => request.toolChoice.type)).toEqual(["auto", "auto", "none"]);
    expect(response).toMatchObject({ status: "failed", error: { code: "provider_error" } });
    expect(response.output).toHaveLength(2);
  });
});

test("each model call and each tool call leaves a span", async () => {
  const spans: { start: SpanStart; set: Record<string, unknown>; firstTokens: number; end: string }[] = [];
  const facts: object[] = [];
  const trace: TraceRecorder = {
    ...silentTrace,
    set: (fact) => void facts.push(fact),
    startSpan(start) {
      const span = { start, set: {}, firstTokens: 0, end: "" };
      spans.push(span);
      return {
        id: String(spans.length),
        set: (attributes) => void Object.assign(span.set, attributes),
        content: () => undefined,
        firstToken: () => {
          span.firstTokens += 1;
        },
        end: (result) => {
          span.end = result?.status ?? "ok";
        },
      };
    },
  };
  const usage = { inputTokens: 3, cachedTokens: 0, outputTokens: 2, reasoningTokens: 0 };
  const model = scriptedModel(async function* (request) {
    request.onAttempt?.({ attempt: 1, startedAt: 0, durationMs: 5, status: 200, error: null });
    yield [{ type: "model", modelId: "scripted-2026" }];
    for (const events of callingTurn(search("c1"))) yield events;
    yield [{ type: "usage", usage }];
  }, sayingTurn("ok"));
  await run({ model, trace, tools: [fakeSearch()], body: { tools: [FILE_SEARCH] } });
  expect(spans.map(({ start, end }) => [start.name, start.kind, end])).toEqual([
    ["model scripted", "model", "ok"],
    ["tool file_search", "tool", "ok"],
    ["model scripted", "model", "ok"],
  ]);
  expect(spans[0]?.set).toMatchObject({
    modelId: "scripted-2026",
    finishReason: "tool_calls",
    ...usage,
    attempts: [{ status: 200 }],
  });
  expect(spans[2]?.firstTokens).toBeGreaterThan(0);
  expect(facts).toEqual([{ toolNames: ["file_search"] }]);
});
