import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type Json, list, record } from "#server/protocol/json-values";
import { askResponse, createNativeTeam, type ScriptedTeam } from "#tests/support/scripted-team";
import { chatText, chatToolCalls } from "#tests/support/scripted-upstream";
import { query } from "#tests/support/server";

// Items of the input that bring tools, or ask for the context to be compacted.
const server = inject("server");
let team: ScriptedTeam;

beforeAll(async () => {
  team = await createNativeTeam(server);
});
afterAll(() => team.close());

const MCP = { type: "mcp", server_label: "shop", server_url: "https://shop.example/mcp" };
const lookUp = (description: string) => ({ type: "function", name: "look_up", description });
const bringing = (...tools: object[]) => ({ type: "additional_tools", role: "developer", tools });
const user = (content: string) => ({ role: "user", content });

const ask = (body: Json) => askResponse({ server, key: team.key }, { model: team.model, ...body });

const sent = (): Json => record(team.upstream.requests.at(-1)?.body);

describe("tools that an item brings", () => {
  it("are the request's from then on, the newest of a name, and never another than the request's own", async () => {
    team.upstream.script(chatToolCalls([{ id: "c1", name: "look_up", arguments: "{}" }]), chatText("Ann."));
    const first = await ask({ input: [bringing(lookUp("old")), user("Who?"), bringing(lookUp("new"))] });
    expect(first).toMatchObject({ status: 200, body: { tools: [lookUp("new")] } });
    expect(first.body.output).toMatchObject([{ type: "function_call", name: "look_up" }]);
    expect(sent().tools).toMatchObject([{ type: "function", function: { name: "look_up", description: "new" } }]);
    expect(sent().messages).toEqual([user("Who?")]);

    const result = { type: "function_call_output", call_id: "c1", output: "Ann" };
    const tool_choice = { type: "function", name: "look_up" };
    const next = await ask({ previous_response_id: first.body.id, input: [result], tool_choice });
    expect(next).toMatchObject({ status: 200, body: { tools: [lookUp("new")], output: [{ type: "message" }] } });
    expect(list(sent().tools)).toHaveLength(1);

    team.upstream.script(chatText("Ben."));
    const own = { previous_response_id: next.body.id, input: "And?", tools: [lookUp("own")] };
    expect((await ask(own)).body.tools).toMatchObject([lookUp("own")]);
  });

  it("reach a provider that runs tools where they stand, with credentials that are kept nowhere", async () => {
    const tools = [{ ...MCP, authorization: "canary-shop-token" }, { type: "web_search" }];
    team.upstream.script((exchange) => exchange.json(200, { object: "response", status: "completed", output: [] }));
    const answer = await ask({
      model: "native/gpt-5",
      input: [user("Hi"), bringing(...tools)],
      tools: [lookUp("own")],
    });
    expect(answer.status).toBe(200);
    expect(list(sent().tools)).toMatchObject([lookUp("own")]);
    expect(list(sent().input).at(-1)).toMatchObject(bringing(...tools));
    expect(answer.body.tools).toMatchObject([lookUp("own"), MCP, { type: "web_search" }]);
    expect(JSON.stringify(answer.body)).not.toContain("canary");

    const items = await fetch(`${server.url}/v1/responses/${String(answer.body.id)}/input_items`, {
      headers: { authorization: `Bearer ${team.key}` },
    });
    const [item] = list(record(await items.json()).data);
    expect(item).toMatchObject({ ...bringing(MCP, { type: "web_search" }), id: expect.stringMatching(/^at_/) });
    for (const table of ["response", "item", "trace_payload", "span"]) {
      const kept = await query(server, `SELECT t::text AS row FROM ${table} t WHERE team_id = $1`, [team.teamId]);
      expect(JSON.stringify(kept)).not.toContain("canary");
    }
  });

  it("are refused as the request's own would be, where they stand", async () => {
    const asked = team.upstream.requests.length;
    const refused = async (item: object, more: Json = {}) =>
      record((await ask({ input: [user("Hi"), item], ...more })).body.error);
    expect(await refused(bringing({ type: "web_search" }))).toMatchObject({ param: "input[1].tools[0].type" });
    expect(await refused(bringing({ type: "nothing" }))).toMatchObject({ param: "input[1].tools[0].type" });
    expect(await refused(bringing(lookUp("a"), lookUp("b")))).toMatchObject({ param: "input[1].tools[1].name" });
    expect(await refused({ ...bringing(), role: "user" })).toMatchObject({ param: "input[1].role" });
    const other = { tool_choice: { type: "function", name: "other" } };
    expect(await refused(bringing(lookUp("a")), other)).toMatchObject({ param: "tool_choice" });
    expect(team.upstream.requests).toHaveLength(asked);
  });
});

describe("a compaction trigger", () => {
  const trigger = { type: "compaction_trigger" };

  it.each(["scripted/scripted-model", "native/gpt-5"])("compacts the context, and that is all: %s", async (model) => {
    const words = "They talked about Ulm.";
    const said = [{ type: "message", role: "assistant", content: [{ type: "output_text", text: words }] }];
    const whole = { object: "response", status: "completed", output: said };
    team.upstream.script(model.startsWith("native") ? (exchange) => exchange.json(200, whole) : chatText(words));
    const asked = team.upstream.requests.length;
    const input = [bringing(lookUp("kept")), user("Tell me about Ulm."), { role: "assistant", content: "A town." }];
    const compacted = await ask({ model, input: [...input, trigger] });
    expect(compacted).toMatchObject({ status: 200, body: { status: "completed", output: [{ type: "compaction" }] } });
    expect(team.upstream.requests).toHaveLength(asked + 1);
    expect(JSON.stringify(sent())).toContain("A town.");

    team.upstream.script(chatText("In the south."));
    const [item] = list(compacted.body.output);
    const next = await ask({ input: [item, user("Where is it?")] });
    expect(next).toMatchObject({ status: 200, body: { tools: [lookUp("kept")] } });
    expect(JSON.stringify(sent().messages)).toContain(words);
    expect(JSON.stringify(sent().messages)).not.toContain("A town.");
  });

  it("is the last item, and needs something to compact", async () => {
    expect((await ask({ input: [trigger, user("Hi")] })).body.error).toMatchObject({ param: "input[0]" });
    expect((await ask({ input: [trigger] })).body.error).toMatchObject({ param: "input" });
  });
});
