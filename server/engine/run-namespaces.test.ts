import { describe, expect, test } from "vitest";
import type { CallLabels } from "#server/protocol/call-labels";
import { isTerminalEvent } from "#server/protocol/events";
import type { ModelEvent } from "#server/providers/provider";
import { FILE_SEARCH, fakeSearch } from "#tests/support/fake-search";
import { type EngineScript, runEngine } from "#tests/support/run-engine";
import { sayingTurn, scriptedModel } from "#tests/support/scripted-model";

const space = (name: string) => ({
  type: "namespace",
  name,
  description: "d",
  tools: [
    { type: "function", name: "find" },
    { type: "custom", name: "sql" },
  ],
});
const LOOK = { type: "function", name: "look" };

const calling = (name: string, labels: CallLabels = {}): ModelEvent[][] => [
  [
    { type: "tool_call", callId: "c", name, labels },
    { type: "tool_call_arguments", callId: "c", delta: '{"input":"x"}' },
    { type: "tool_call_done", callId: "c" },
  ],
];

async function run(script: EngineScript) {
  const last = (await runEngine(script)).at(-1);
  if (!last || !isTerminalEvent(last)) throw new Error("no terminal event");
  return last.response.output;
}

describe("tools in a namespace", () => {
  test.each([
    ["find", { type: "function_call", name: "find", arguments: '{"input":"x"}' }],
    ["sql", { type: "custom_tool_call", name: "sql", input: "x" }],
  ])("are the client's to answer, with who called them: %s", async (name, item) => {
    const labels: CallLabels = { namespace: "crm", caller: { type: "program", caller_id: "prog_1" } };
    const model = scriptedModel(calling(name, labels));
    const output = await run({ model, body: { tools: [space("crm")] } });
    expect(output).toEqual([{ id: expect.any(String), status: "completed", call_id: "c", ...item, ...labels }]);
    expect(model.requests).toHaveLength(1);
    expect(model.requests[0]?.vendorTools?.tools).toEqual([space("crm")]);
  });

  test("are not the server's tool of the same name", async () => {
    const search = { ...space("crm"), tools: [{ type: "function", name: "file_search" }] };
    const model = scriptedModel(calling("file_search", { namespace: "crm" }));
    const output = await run({ model, tools: [fakeSearch()], body: { tools: [FILE_SEARCH, search] } });
    expect(output).toMatchObject([{ type: "function_call", name: "file_search", namespace: "crm" }]);
  });

  test("are called by their namespace only, unlike functions that are in none", async () => {
    const refused = scriptedModel(calling("find"), sayingTurn("ok"));
    expect(await run({ model: refused, body: { tools: [space("crm"), LOOK] } })).toMatchObject([{ type: "message" }]);
    expect(JSON.stringify(refused.requests[1]?.input)).toContain("There are: crm.find, crm.sql, look.");
    const named = scriptedModel(calling("look", { namespace: "look" }));
    expect(await run({ model: named, body: { tools: [space("crm"), LOOK] } })).toMatchObject([{ name: "look" }]);
  });

  test("keep what its vendor says of a call at its end", async () => {
    const caller = { type: "program", caller_id: "prog_1" } as const;
    const [[begun, said] = []] = calling("look");
    if (!begun || !said) throw new Error("no call");
    const model = scriptedModel([[begun, said, { type: "tool_call_done", callId: "c", labels: { caller } }]]);
    expect(await run({ model, body: { tools: [LOOK] } })).toMatchObject([{ type: "function_call", caller }]);
  });

  test("are allowed with their namespace", async () => {
    const tool_choice = { type: "allowed_tools", tools: [{ type: "namespace", name: "crm" }] };
    const body = { tools: [space("crm"), space("erp")], tool_choice };
    const model = scriptedModel(calling("find", { namespace: "crm" }));
    expect(await run({ model, body })).toMatchObject([{ type: "function_call", namespace: "crm" }]);
    expect(model.requests[0]?.vendorTools?.tools).toEqual([space("crm")]);
    const other = scriptedModel(calling("find", { namespace: "erp" }), sayingTurn("ok"));
    expect(await run({ model: other, body })).toMatchObject([{ type: "message" }]);
  });
});
