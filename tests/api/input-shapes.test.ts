import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type Json, list, record } from "#server/protocol/json-values";
import { call, custom, INPUT_SHAPES, said, user } from "#tests/support/input-shapes";
import { addConnection, createNativeTeam, postResponse, type ScriptedTeam } from "#tests/support/scripted-team";
import { chatText, type UpstreamScript } from "#tests/support/scripted-upstream";

// Every shape of input that clients send, through /v1: what the model's provider is shown of it, on either of OpenAI's wires.
const server = inject("server");
const CHAT = "chat/gpt-4.1";
const NATIVE = "native/gpt-5";
let team: ScriptedTeam;

beforeAll(async () => {
  team = await createNativeTeam(server);
  const { baseUrl } = team.upstream;
  await addConnection(server, team.teamId, { name: "chat", baseUrl, models: ["gpt-4.1"], wire: "chat" });
  team.upstream.setDefault((exchange) =>
    exchange.path.endsWith("/responses") ? answering([saying("Said.")])(exchange) : chatText("Said.")(exchange),
  );
});
afterAll(() => team.close());

const answering =
  (output: object[]): UpstreamScript =>
  (exchange) =>
    exchange.json(200, { object: "response", status: "completed", output });
const saying = (text: string) => ({ type: "message", id: "msg_up", content: [{ type: "output_text", text }] });

async function post(body: Json): Promise<Json> {
  const answer = await postResponse({ server, key: team.key }, body);
  const read = record(await answer.json());
  expect({ status: answer.status, error: read.error ?? null }).toEqual({ status: 200, error: null });
  return read;
}

/** What the provider was last shown, on the wire of the model. */
function shown(): unknown {
  const { messages, input } = record(team.upstream.requests.at(-1)?.body);
  return messages ?? input;
}

describe.each(Object.entries(INPUT_SHAPES))("%s", (_name, { input, chat, native }) => {
  it.each([
    [CHAT, chat],
    [NATIVE, native],
  ])("reaches %s", async (model, expected) => {
    await post({ model, input });
    expect(shown()).toEqual(expected);
  });

  it("reaches the model again from a stored response", async () => {
    const first = await post({ model: CHAT, input });
    await post({ model: NATIVE, previous_response_id: first.id, input: "Go on" });
    expect(shown()).toEqual([...native, said("Said."), user("Go on")]);
  });
});

describe("what a response gave out", () => {
  const question = { role: "user", content: "What?" };
  const all = [
    { type: "reasoning", id: "rs_up", summary: [{ type: "summary_text", text: "Hm." }], encrypted_content: "cipher" },
    { ...saying("I look."), phase: "commentary" },
    { type: "web_search_call", id: "ws_up", status: "completed", action: { type: "search", query: "cats" } },
    { ...call, id: "fc_up" },
    { ...custom, id: "ctc_up" },
  ];
  /** What the provider is given back; it knows its web search by `webId`. */
  const given = (webId: unknown) => [
    { type: "reasoning", id: "rs_up", summary: [{ type: "summary_text", text: "Hm." }], encrypted_content: "cipher" },
    { ...said("I look."), phase: "commentary" },
    { type: "web_search_call", id: webId, status: "completed", action: { type: "search", query: "cats" } },
    call,
    custom,
  ];
  const results = [
    { type: "function_call_output", call_id: "call_1", output: "a map" },
    { type: "custom_tool_call_output", call_id: "call_2", output: "one row" },
  ];
  const tools = [
    { type: "web_search" },
    { type: "function", name: "look", parameters: { type: "object", properties: {} } },
    { type: "custom", name: "sql" },
  ];
  const ask = { model: NATIVE, tools, include: ["reasoning.encrypted_content"] };

  async function outputOf(more: Json): Promise<Json[]> {
    team.upstream.script(answering(all));
    return list((await post({ ...ask, ...more, input: [question] })).output).map(record);
  }

  it.each([true, false])("is taken back verbatim (stored: %s)", async (store) => {
    const output = await outputOf({ store });
    expect(output.map((item) => item.type)).toEqual(all.map((item) => item.type));
    await post({ ...ask, store, input: [question, ...output, ...results] });
    // The provider's own id of an item that is stored nowhere is known to nobody any more.
    expect(shown()).toEqual([user("What?"), ...given(store ? "ws_up" : output[2]?.id), ...results]);
  });

  it("is taken back by reference, with a type and without", async () => {
    const references = (await outputOf({})).map(({ id }, place) =>
      place % 2 ? { id } : { type: "item_reference", id },
    );
    await post({ ...ask, input: [question, ...references, ...results] });
    expect(shown()).toEqual([user("What?"), ...given("ws_up"), ...results]);
  });

  it("is taken back without ids, where its type does without", async () => {
    const output = (await outputOf({ store: false })).map(({ id, ...item }) =>
      item.type === "web_search_call" ? { id: "ws_any", ...item } : item,
    );
    await post({ ...ask, store: false, input: [question, ...output, ...results] });
    expect(shown()).toEqual([user("What?"), ...given("ws_any"), ...results]);
  });

  it("and was compacted since stands for what it was", async () => {
    team.upstream.script(answering([saying("They spoke of cats.")]));
    const input = [question, { role: "assistant", content: "Cats." }];
    const answer = await fetch(`${server.url}/v1/responses/compact`, {
      method: "POST",
      headers: { authorization: `Bearer ${team.key}`, "content-type": "application/json" },
      body: JSON.stringify({ model: NATIVE, input }),
    });
    const { output } = record(await answer.json());
    expect(list(output).map((item) => record(item).type)).toEqual(["message", "compaction"]);
    await post({ model: NATIVE, input: [...list(output), { role: "user", content: "And?" }] });
    const text = JSON.stringify(shown());
    for (const words of ["What?", "They spoke of cats.", "And?"]) expect(text).toContain(words);
  });
});
