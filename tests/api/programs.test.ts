import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type Json, list, record } from "#server/protocol/json-values";
import { createNativeTeam, eventsOf, postResponse, type ScriptedTeam } from "#tests/support/scripted-team";

// Programs that a model writes and its provider runs, and the client's tools that they call.
const server = inject("server");
let team: ScriptedTeam;

beforeAll(async () => {
  team = await createNativeTeam(server);
});
afterAll(() => team.close());

const LABELS = { namespace: "crm", caller: { type: "program", caller_id: "prog_1" } };
const PROGRAM = { type: "program", call_id: "prog_1", code: "await crm.find()", fingerprint: "print" };
const CALL = { type: "function_call", call_id: "call_1", name: "find", arguments: "{}", ...LABELS };
const RESULT = { type: "function_call_output", call_id: "call_1", output: "Ann", name: "find", ...LABELS };
const OUTPUT = { type: "program_output", call_id: "prog_1", result: "Ann", status: "completed" };
const tools = [
  { type: "programmatic_tool_calling" },
  { type: "namespace", name: "crm", description: "Customers", tools: [{ type: "function", name: "find" }] },
];
const answer = (output: object[]) => ({ object: "response", status: "completed", output });

describe("a program that the provider runs", () => {
  it("calls the client's function, and gets its answer and itself back", async () => {
    team.upstream.script(
      ({ send, end }) => {
        const program = { ...PROGRAM, id: "cm_up" };
        send({ type: "response.output_item.added", output_index: 0, item: program });
        send({ type: "response.output_item.done", output_index: 0, item: program });
        const call = { ...CALL, id: "fc_up" };
        send({ type: "response.output_item.added", output_index: 1, item: { ...call, arguments: "" } });
        send({ type: "response.output_item.done", output_index: 1, item: call });
        send({ type: "response.completed", response: answer([program, call]) });
        end();
      },
      (exchange) => exchange.json(200, answer([{ ...OUTPUT, id: "cmo_up" }])),
    );
    const ask = { model: "native/gpt-5", tools };
    const streamed = await postResponse({ server, key: team.key }, { ...ask, input: "Who?", stream: true });
    const events = eventsOf(await streamed.text());
    const items = events.flatMap((event) => (event.type === "response.output_item.done" ? [record(event.item)] : []));
    expect(items).toMatchObject([{ ...PROGRAM, id: expect.stringMatching(/^cm_(?!up)/) }, CALL]);
    const added = events.filter((event) => event.type === "response.output_item.added");
    expect(added).toMatchObject([{ item: PROGRAM }, { item: { ...LABELS, name: "find" } }]);
    const { id } = record(events.at(-1)?.response);

    const stored = await fetch(`${server.url}/v1/responses/${String(id)}`, {
      headers: { authorization: `Bearer ${team.key}` },
    });
    expect(record(await stored.json())).toMatchObject({ output: items, tools });

    const next = { ...ask, previous_response_id: id, input: [RESULT] };
    const last = await postResponse({ server, key: team.key }, next);
    expect(record(await last.json()).output).toMatchObject([OUTPUT]);
    const sent: Json = record(team.upstream.requests.at(-1)?.body);
    expect(sent.tools).toEqual(tools);
    expect(list(sent.input).slice(1)).toEqual([{ ...PROGRAM, id: "cm_up" }, CALL, RESULT]);
  });

  it.each(tools)("is refused where the provider runs none: $type", async (tool) => {
    const asked = team.upstream.requests.length;
    const refused = await postResponse({ server, key: team.key }, { model: team.model, input: "hi", tools: [tool] });
    expect(refused.status).toBe(400);
    expect(record(await refused.json()).error).toMatchObject({
      param: "tools[0].type",
      message: expect.stringContaining(tool.type),
    });
    expect(team.upstream.requests).toHaveLength(asked);
  });
});
