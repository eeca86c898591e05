import { describe, expect, test } from "vitest";
import { isTerminalEvent } from "#server/protocol/events";
import type { ModelEvent } from "#server/providers/provider";
import { type EngineScript, runEngine } from "#tests/support/run-engine";
import { callingTurn, sayingTurn, scriptedModel } from "#tests/support/scripted-model";

const SQL = {
  type: "custom",
  name: "sql",
  description: "Runs SQL",
  format: { type: "grammar", syntax: "regex", definition: "SELECT .+" },
};
const LOOK = { type: "function", name: "look", parameters: { type: "object", properties: {} } };
const WEB = { type: "web_search" };

async function run(script: EngineScript) {
  const last = (await runEngine(script)).at(-1);
  if (!last || !isTerminalEvent(last)) throw new Error("no terminal event");
  return last.response;
}

describe("custom tools", () => {
  test("are shown to models as text tools, and to those that know none as functions of one string", async () => {
    const model = scriptedModel(sayingTurn("ok"));
    await run({ model, body: { tools: [SQL] } });
    expect(model.requests[0]?.tools).toEqual([
      {
        name: "sql",
        description: "Runs SQL",
        parameters: {
          type: "object",
          properties: { input: { type: "string", description: expect.stringContaining("SELECT .+") } },
          required: ["input"],
          additionalProperties: false,
        },
        strict: false,
        hosted: null,
        custom: SQL.format,
      },
    ]);
  });

  test("end the run with a call that carries the text", async () => {
    const model = scriptedModel(callingTurn({ id: "c", name: "sql", arguments: { input: "SELECT 1" } }));
    const { output, status } = await run({ model, body: { tools: [SQL] } });
    expect(status).toBe("completed");
    expect(output).toMatchObject([{ type: "custom_tool_call", call_id: "c", name: "sql", input: "SELECT 1" }]);
  });

  test("come back with their results", async () => {
    const model = scriptedModel(sayingTurn("ok"));
    const call = { type: "custom_tool_call", call_id: "c", name: "sql", input: "SELECT 1" };
    const output = { type: "custom_tool_call_output", call_id: "c", output: "1" };
    await run({ model, body: { input: [{ role: "user", content: "hi" }, call, output], tools: [SQL] } });
    expect(model.requests[0]?.input.slice(1)).toEqual([
      { type: "tool_call", callId: "c", name: "sql", arguments: '{"input":"SELECT 1"}', input: "SELECT 1" },
      {
        type: "tool_result",
        callId: "c",
        name: "sql",
        output: [{ type: "text", text: "1" }],
        isError: false,
        custom: true,
      },
    ]);
  });

  test("outside the allowed set are refused, whatever the model does", async () => {
    const model = scriptedModel(
      callingTurn({ id: "c", name: "sql", arguments: { input: "DROP" } }),
      callingTurn({ id: "d", name: "look", arguments: {} }),
    );
    const tool_choice = { type: "allowed_tools", mode: "required", tools: [{ type: "function", name: "look" }] };
    const { output } = await run({ model, body: { tools: [SQL, LOOK], tool_choice } });
    expect(output).toMatchObject([{ type: "function_call", name: "look" }]);
    expect(JSON.stringify(model.requests[1]?.input)).toContain("may not be called now");
  });
});

describe("a function of the client's", () => {
  test.each(["file_search", "web_search", "code_interpreter", "image_generation", "think", "mcp", "shell"])(
    "is the client's also under the name %s",
    async (name) => {
      const model = scriptedModel(callingTurn({ id: "c", name, arguments: {} }));
      const { output, status } = await run({ model, body: { tools: [{ ...LOOK, name }] } });
      expect(model.requests).toHaveLength(1);
      expect([status, output]).toMatchObject(["completed", [{ type: "function_call", call_id: "c", name }]]);
    },
  );
});

describe("tools that the vendor runs", () => {
  const searched: ModelEvent[] = [
    { type: "vendor_item", key: "w", item: "web_search_call", stage: "done", fields: { status: "completed" } },
    { type: "text", text: "Cats." },
  ];

  test("are handed on as the request defines them, with what it wants to see of them", async () => {
    const model = scriptedModel([searched]);
    const body = { tools: [LOOK, WEB], include: ["web_search_call.action.sources"], max_tool_calls: 2 };
    const { output } = await run({ model, body });
    expect(output.map((item) => item.type)).toEqual(["web_search_call", "message"]);
    expect(model.requests[0]).toMatchObject({
      tools: [{ name: "look" }],
      vendorTools: { tools: [WEB], include: ["web_search_call.action.sources"], maxCalls: 2 },
    });
  });

  test("outside the allowed set are not handed on at all", async () => {
    const model = scriptedModel(sayingTurn("ok"));
    const allowed = (tools: object[]) => ({ type: "allowed_tools", mode: "auto", tools });
    await run({ model, body: { tools: [LOOK, WEB], tool_choice: allowed([{ type: "function", name: "look" }]) } });
    await run({ model, body: { tools: [LOOK, WEB], tool_choice: allowed([WEB]) } });
    expect(model.requests.map((request) => request.vendorTools?.tools)).toEqual([undefined, [WEB]]);
  });

  test("end the run when the client has to approve", async () => {
    const model = scriptedModel([
      [
        {
          type: "vendor_item",
          key: "a",
          item: "mcp_approval_request",
          stage: "done",
          fields: { name: "f", arguments: "{}", server_label: "s" },
        },
      ],
    ]);
    const { output, status } = await run({ model, body: { tools: [{ type: "mcp", server_label: "s" }] } });
    expect(status).toBe("completed");
    expect(output).toMatchObject([{ type: "mcp_approval_request", id: expect.stringMatching(/^mcpr_/) }]);
    expect(model.requests).toHaveLength(1);
  });
});
