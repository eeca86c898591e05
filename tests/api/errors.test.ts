import { describe, expect, inject, it } from "vitest";
import { postResponse } from "#tests/support/scripted-team";
import { createTeam } from "#tests/support/server";

const server = inject("server");
const team = await createTeam(server);

interface Refusal {
  status: number;
  code: string | null;
  param: string | null;
  message: string | RegExp;
}

const WEATHER = { type: "function", name: "weather", parameters: { type: "object", properties: {} } };
const call = (callId: string) => ({ type: "function_call", call_id: callId, name: "weather", arguments: "{}" });
const output = (callId: string) => ({ type: "function_call_output", call_id: callId, output: "x" });
const said = (id: string) => ({ type: "message", id, role: "user", content: "hi" });

const REFUSALS: [string, Record<string, unknown>, Refusal][] = [
  [
    "nothing to answer",
    {},
    {
      status: 400,
      code: "missing_required_parameter",
      param: "input",
      message: "Missing required parameter: 'input'.",
    },
  ],
  [
    "a wrong role",
    { input: [{ role: "robot", content: "x" }] },
    { status: 400, code: "invalid_value", param: "input[0].role", message: /'robot'.*'user'.*'assistant'/ },
  ],
  [
    "a tool without a name",
    { input: "x", tools: [{ type: "function" }] },
    { status: 400, code: "missing_required_parameter", param: "tools[0].name", message: /tools\[0\]\.name/ },
  ],
  [
    "an unknown tool type",
    { input: "x", tools: [{ type: "teleport" }] },
    { status: 400, code: "invalid_value", param: "tools[0].type", message: /'teleport'.*'function'.*'file_search'/ },
  ],
  [
    "a choice of a tool that is not there",
    { input: "x", tool_choice: { type: "function", name: "gone" }, tools: [WEATHER] },
    {
      status: 400,
      code: null,
      param: "tool_choice",
      message: "Tool choice 'function' not found in 'tools' parameter.",
    },
  ],
  [
    "max_tool_calls of 0",
    { input: "x", max_tool_calls: 0 },
    {
      status: 400,
      code: "integer_below_min_value",
      param: "max_tool_calls",
      message: "Invalid 'max_tool_calls': integer below minimum value. Expected a value >= 1, but got 0 instead.",
    },
  ],
  [
    "too much metadata",
    { input: "x", metadata: Object.fromEntries(Array.from({ length: 17 }, (_, n) => [`k${n}`, "v"])) },
    { status: 400, code: "invalid_value", param: "metadata", message: /16/ },
  ],
  [
    "a long metadata value",
    { input: "x", metadata: { k: "v".repeat(513) } },
    { status: 400, code: "string_above_max_length", param: "metadata.k", message: /512/ },
  ],
  [
    "an unknown previous response",
    { input: "x", previous_response_id: "resp_unknown" },
    {
      status: 400,
      code: "previous_response_not_found",
      param: "previous_response_id",
      message: "Previous response with id 'resp_unknown' not found.",
    },
  ],
  [
    "an unknown item",
    { input: [{ type: "item_reference", id: "msg_unknown" }] },
    { status: 404, code: null, param: "input", message: /Item with id 'msg_unknown' not found\./ },
  ],
  [
    "an output without its call",
    { input: [output("call_x")] },
    {
      status: 400,
      code: null,
      param: "input",
      message: "No tool call found for function call output with call_id call_x.",
    },
  ],
  [
    "a call without its output",
    { input: [call("call_x"), { role: "user", content: "and?" }] },
    { status: 400, code: null, param: "input", message: "No tool output found for function call call_x." },
  ],
  [
    "an item twice",
    { input: [said("msg_twice"), said("msg_twice")] },
    {
      status: 400,
      code: null,
      param: "input",
      message: "Duplicate item found with id msg_twice. Remove duplicate items from your input and try again.",
    },
  ],
  [
    "an unknown model",
    { input: "x", model: "builtin/demoo" },
    { status: 404, code: "model_not_found", param: "model", message: /builtin\/demo\b/ },
  ],
  [
    "an unknown vector store",
    { input: "x", tools: [{ type: "file_search", vector_store_ids: ["vs_unknown"] }] },
    { status: 404, code: null, param: null, message: /vs_unknown/ },
  ],
];

describe.each([false, true])("with stream: %s", (stream) => {
  it.each(REFUSALS)("refuses %s before the first byte", async (...[, body, refusal]) => {
    const answer = await postResponse({ server, key: team.key }, { model: "builtin/echo", stream, ...body });
    expect(answer.status).toBe(refusal.status);
    expect(answer.headers.get("content-type")).toContain("application/json");
    const { error } = (await answer.json()) as { error: Record<string, unknown> };
    expect(Object.keys(error).toSorted()).toEqual(["code", "message", "param", "type"]);
    expect(error.type).toBe("invalid_request_error");
    expect(error.message).toMatch(refusal.message);
    if (typeof refusal.message === "string") {
      expect(error).toEqual({
        type: "invalid_request_error",
        code: refusal.code,
        param: refusal.param,
        message: refusal.message,
      });
    }
  });
});

it("refuses an item that the previous response holds already", async () => {
  const first = (await (
    await postResponse({ server, key: team.key }, { model: "builtin/echo", input: "hi" })
  ).json()) as { id: string; output: { id: string }[] };
  const body = { model: "builtin/echo", previous_response_id: first.id, input: first.output };
  const answer = await postResponse({ server, key: team.key }, body);
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({
    error: {
      message: `Duplicate item found with id ${first.output[0]?.id}. Remove duplicate items from your input and try again.`,
    },
  });
});

it("lets unknown fields through and takes null for absent", async () => {
  const answer = await postResponse(
    { server, key: team.key },
    { model: "builtin/echo", input: "hi", shiny_new_field: 1, tools: null, store: null, metadata: null, text: null },
  );
  expect(answer.status).toBe(200);
});

it("names error types as Open Responses does, for who asks for its dialect", async () => {
  const answer = await postResponse(
    { server, key: team.key },
    { model: "builtin/echo" },
    { headers: { "openresponses-version": "2026-04-24" } },
  );
  expect(await answer.json()).toMatchObject({ error: { type: "invalid_request" } });
});
