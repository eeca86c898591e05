import { describe, expect, test } from "vitest";
import { z } from "zod";
import { isTerminalEvent } from "#server/protocol/events";
import { foldEvents } from "#server/protocol/fold";
import { brokenRules } from "#server/protocol/stream-rules";
import { unfoldResponse } from "#server/protocol/unfold";
import { mcpCall } from "#server/tools/mcp/mcp-tool";
import type { Tool, ToolResult } from "#server/tools/tool";
import { asWire, type EngineScript, runEngine, startEngine } from "#tests/support/run-engine";
import { callingTurn, sayingTurn, scriptedModel } from "#tests/support/scripted-model";

const SCHEMA = { type: "object", properties: { at: { anyOf: [{ type: "string" }, { type: "null" }] } } };

function remote(change: Partial<Tool> = {}, needsApproval = false): Tool {
  return {
    name: "s__look",
    description: "Looks",
    inputSchema: z.record(z.string(), z.unknown()),
    parameters: SCHEMA,
    remote: { serverLabel: "s", name: "look", needsApproval },
    cites: false,
    call: mcpCall("s", "look"),
    failure: (message) => ({ error: { type: "mcp_tool_execution_error", content: message } }),
    run: (): Promise<ToolResult> =>
      Promise.resolve({ output: "【1】 seen", item: { output: "【1】 seen" }, sources: [] }),
    ...change,
  };
}

async function run(script: EngineScript) {
  const events = await runEngine(script);
  expect(brokenRules(asWire(events))).toEqual([]);
  const last = events.at(-1);
  if (!last || !isTerminalEvent(last)) throw new Error("no terminal event");
  expect(foldEvents(unfoldResponse(last.response)).output).toEqual(last.response.output);
  return { events, output: last.response.output, status: last.response.status };
}

const look = (id: string, args: unknown = { at: "it" }) => ({ id, name: "s__look", arguments: args });

describe("a tool of an MCP server", () => {
  test("is shown with its own schema, runs, and leaves marks in the text alone", async () => {
    const model = scriptedModel(callingTurn(look("a")), sayingTurn("As 【1】 says."));
    const { output } = await run({ model, tools: [remote()] });
    expect(model.requests[0]?.tools).toMatchObject([{ name: "s__look", parameters: SCHEMA, hosted: "mcp" }]);
    expect(output).toMatchObject([
      { type: "mcp_call", status: "completed", arguments: '{"at":"it"}', output: "【1】 seen", error: null },
      { type: "message", content: [{ text: "As 【1】 says." }] },
    ]);
  });

  test("tells what it is called with while it runs, also where each call is noted before", async () => {
    const { promise: told, resolve } = Promise.withResolvers<void>();
    const result: ToolResult = { output: "seen", item: { output: "seen" }, sources: [] };
    const tool = remote({ run: () => told.then(() => result) });
    const noted = () => new Promise<void>((done) => setImmediate(done));
    const model = scriptedModel(callingTurn(look("a")), sayingTurn("ok"));
    for await (const events of startEngine({ model, tools: [tool], beforeTool: noted })) {
      if (events.some(({ type }) => type === "response.mcp_call_arguments.done")) resolve();
    }
    expect(model.requests).toHaveLength(2);
  });

  test("that is called with what is no JSON fails, and is not run", async () => {
    const model = scriptedModel(
      [
        [{ type: "tool_call", callId: "a", name: "s__look" }],
        [{ type: "tool_call_arguments", callId: "a", delta: "{" }],
      ],
      sayingTurn("ok"),
    );
    const { events, output } = await run({ model, tools: [remote({ run: () => Promise.reject(new Error("ran")) })] });
    expect(output[0]).toMatchObject({
      status: "failed",
      arguments: "{",
      error: { content: expect.stringContaining("JSON") },
    });
    expect(events.map(({ type }) => type)).toContain("response.mcp_call.failed");
  });

  test("shows a newcomer what was called while it runs, and ends failed when the run is stopped", async () => {
    const stop = new AbortController();
    const begun = Promise.withResolvers<void>();
    let replay: () => { events: object[] } = () => ({ events: [] });
    const tool = remote({
      run: (_, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => reject(signal.reason));
          begun.resolve();
        }),
    });
    const model = scriptedModel(callingTurn(look("a")));
    const onStart = (show: typeof replay) => {
      replay = show;
    };
    const batches = startEngine({ model, tools: [tool], signal: stop.signal, onStart });
    const types: string[] = [];
    const reading = (async () => {
      for await (const batch of batches) types.push(...batch.map(({ type }) => type));
    })();
    await begun.promise;
    expect(
      asWire(replay().events)
        .map(({ type }) => type)
        .slice(3),
    ).toEqual([
      "response.mcp_call.in_progress",
      "response.mcp_call_arguments.delta",
      "response.mcp_call_arguments.done",
    ]);
    stop.abort(new Error("stop"));
    await reading;
    expect(types.slice(-3)).toEqual(["response.mcp_call.failed", "response.output_item.done", "response.incomplete"]);
  });
});

describe("a tool that needs approval", () => {
  test("is asked for at the end of the turn, beside what runs", async () => {
    const free = remote({ name: "s__free", remote: { serverLabel: "s", name: "free", needsApproval: false } });
    const model = scriptedModel(callingTurn(look("a"), { id: "b", name: "s__free", arguments: {} }, look("c", {})));
    const { output, status } = await run({ model, tools: [remote({}, true), free] });
    expect(status).toBe("completed");
    expect(output).toMatchObject([
      { type: "mcp_call" },
      { type: "mcp_approval_request", name: "look", server_label: "s", arguments: '{"at":"it"}' },
      { type: "mcp_approval_request", arguments: "{}" },
    ]);
    expect(model.requests).toHaveLength(1);
  });

  test("that was cut off is not asked for", async () => {
    const model = scriptedModel([
      [{ type: "tool_call", callId: "a", name: "s__look" }],
      [{ type: "tool_call_arguments", callId: "a", delta: '{"at' }],
      [{ type: "finish", reason: "max_output_tokens" }],
    ]);
    const { output, status } = await run({ model, tools: [remote({}, true)] });
    expect([output, status]).toEqual([[], "incomplete"]);
  });

  test("runs before the model is asked, once it is approved, and its result stands where it was called", async () => {
    const model = scriptedModel(sayingTurn("ok"));
    const called = { type: "function_call", call_id: "mcpr_1", name: "s__look", arguments: '{"at":"it"}' };
    const standIn = { type: "function_call_output", call_id: "mcpr_1", output: "not yet" };
    const { output } = await run({
      model,
      tools: [remote({}, true)],
      body: { input: [{ role: "user", content: "hi" }, called, standIn, { role: "user", content: "quick" }] },
      approved: [{ requestId: "mcpr_1", callId: "mcpr_1", name: "s__look", arguments: '{"at":"it"}' }],
    });
    expect(output[0]).toMatchObject({ type: "mcp_call", approval_request_id: "mcpr_1", status: "completed" });
    expect(model.requests[0]?.input.map((item) => item.type)).toEqual([
      "message",
      "tool_call",
      "tool_result",
      "message",
    ]);
    expect(model.requests[0]?.input[2]).toMatchObject({ output: [{ text: "【1】 seen" }] });
  });
});

describe("choosing an MCP server", () => {
  const other = remote({ name: "s__other", remote: { serverLabel: "s", name: "other", needsApproval: false } });
  const body = (choice: object) => ({ tools: [{ type: "mcp", server_label: "s" }], tool_choice: choice });

  test.each<[string, object, object[]]>([
    [
      "one of its tools",
      { type: "mcp", server_label: "s", name: "look" },
      [{ type: "tool", name: "s__look" }, { type: "auto" }],
    ],
    [
      "it",
      { type: "mcp", server_label: "s" },
      [{ type: "allowed", names: ["s__look", "s__other"], mode: "required" }, { type: "auto" }],
    ],
    [
      "it among what is allowed",
      { type: "allowed_tools", mode: "auto", tools: [{ type: "mcp", server_label: "s" }] },
      [
        { names: ["s__look", "s__other"], mode: "auto" },
        { names: ["s__look", "s__other"], mode: "auto" },
      ],
    ],
  ])("as %s names its tools to the model", async (_, choice, expected) => {
    const model = scriptedModel(callingTurn(look("a")), sayingTurn("ok"));
    await run({ model, tools: [remote(), other], body: body(choice) });
    expect(model.requests.map((request) => request.toolChoice)).toMatchObject(expected);
  });
});
