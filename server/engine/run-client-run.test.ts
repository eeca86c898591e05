import { describe, expect, test } from "vitest";
import { isTerminalEvent } from "#server/protocol/events";
import { foldEvents } from "#server/protocol/fold";
import { brokenRules } from "#server/protocol/stream-rules";
import { unfoldResponse } from "#server/protocol/unfold";
import type { ModelEvent } from "#server/providers/provider";
import { clientRun } from "#tests/support/client-run";
import { asWire, type EngineScript, runEngine } from "#tests/support/run-engine";
import { callingTurn, sayingTurn, scriptedModel } from "#tests/support/scripted-model";

const SHELL = clientRun({ type: "shell" });
const look = (id: string, commands: string[] = ["ls"]) => ({ id, name: "shell", arguments: { commands } });

async function run(script: EngineScript) {
  const events = await runEngine({ engine: SHELL, ...script });
  expect(brokenRules(asWire(events))).toEqual([]);
  const last = events.at(-1);
  if (!last || !isTerminalEvent(last)) throw new Error("no terminal event");
  expect(foldEvents(unfoldResponse(last.response)).output).toEqual(last.response.output);
  return { events, output: last.response.output, status: last.response.status };
}

describe("a tool that the client runs", () => {
  test("is called by an item of its own, and the response ends with it", async () => {
    const model = scriptedModel(callingTurn(look("a", ["ls", ""]), look("b")));
    const { events, output, status } = await run({ model });
    expect(status).toBe("completed");
    expect(model.requests).toHaveLength(1);
    expect(output).toMatchObject([
      { type: "shell_call", status: "completed", call_id: "a", action: { commands: ["ls", ""] } },
      { type: "shell_call", call_id: "b" },
    ]);
    expect(asWire(events).slice(2, 9)).toMatchObject([
      { type: "response.output_item.added", item: { status: "in_progress", call_id: "a", action: { commands: [] } } },
      { type: "response.shell_call_command.added", command_index: 0, command: "" },
      { type: "response.shell_call_command.delta", command_index: 0, delta: "ls" },
      { type: "response.shell_call_command.done", command_index: 0, command: "ls" },
      { type: "response.shell_call_command.added", command_index: 1 },
      { type: "response.shell_call_command.done", command_index: 1, command: "" },
      { type: "response.output_item.done", item: { status: "completed" } },
    ]);
  });

  test("that is called wrongly is not shown: the model is told, and tries again", async () => {
    const wrong = { id: "a", name: "shell", arguments: { command: "ls" } };
    const model = scriptedModel(callingTurn(wrong), callingTurn(look("b")));
    const { output } = await run({ model });
    expect(output).toMatchObject([{ type: "shell_call", call_id: "b" }]);
    expect(model.requests[1]?.input.at(-1)).toMatchObject({
      type: "tool_result",
      callId: "a",
      isError: true,
      output: [{ text: expect.stringContaining("commands") }],
    });
  });

  test("stands in the order of the calls, also while something else streams", async () => {
    const events: ModelEvent[] = [
      { type: "tool_call", callId: "a", name: "shell" },
      { type: "tool_call_arguments", callId: "a", delta: '{"commands":' },
      { type: "text", text: "Meanwhile" },
      { type: "tool_call_arguments", callId: "a", delta: '["ls"]}' },
      { type: "tool_call_done", callId: "a" },
      { type: "text", text: " more." },
    ];
    const { output } = await run({ model: scriptedModel([events]) });
    expect(output).toMatchObject([
      { type: "message", content: [{ text: "Meanwhile more." }] },
      { type: "shell_call", call_id: "a" },
    ]);
  });

  test("that was cut off is not shown", async () => {
    const model = scriptedModel([
      [
        { type: "tool_call", callId: "a", name: "shell" },
        { type: "tool_call_arguments", callId: "a", delta: '{"comm' },
        { type: "finish", reason: "max_output_tokens" },
      ],
    ]);
    const { output, status } = await run({ model });
    expect({ output, status }).toEqual({ output: [], status: "incomplete" });
  });

  test("is held to the choice among the tools", async () => {
    const model = scriptedModel(callingTurn(look("a")), sayingTurn("I may not."));
    const { output } = await run({ model, engine: { ...SHELL, toolChoice: "none" } });
    expect(output).toMatchObject([{ type: "message" }]);
    expect(model.requests[0]?.toolChoice).toEqual({ type: "none" });
  });

  test("leaves a function of the client's, called beside it, a function", async () => {
    const both = {
      ...SHELL,
      tools: [
        ...SHELL.tools,
        { type: "function", name: "look", description: null, parameters: null, strict: false } as const,
      ],
    };
    const model = scriptedModel(callingTurn({ id: "f", name: "look", arguments: {} }, look("a")));
    const { output } = await run({ model, engine: both });
    expect(output).toMatchObject([{ type: "function_call", name: "look" }, { type: "shell_call" }]);
  });
});
