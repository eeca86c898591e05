import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { createScriptedTeam, postResponse, type ScriptedTeam } from "#tests/support/scripted-team";
import { chatText, chatToolCalls } from "#tests/support/scripted-upstream";
import { query } from "#tests/support/server";

const server = inject("server");
let team: ScriptedTeam;

beforeAll(async () => {
  team = await createScriptedTeam(server);
});
afterAll(() => team.close());

const WEATHER = {
  type: "function" as const,
  name: "get_weather",
  description: "Weather of a city",
  parameters: {
    type: "object",
    properties: { city: { type: "string" } },
    required: ["city"],
    additionalProperties: false,
  },
  strict: true,
};

/** What the upstream was last asked. */
function lastMessages(): unknown {
  return team.upstream.requests.at(-1)?.body.messages;
}

describe("follow-ups", () => {
  it("shows the model everything said so far, but neither the old instructions nor the old tools", async () => {
    team.upstream.script(chatText("I am Ada."), chatText("Ada."));
    const first = await team.client.responses.create({
      model: team.model,
      instructions: "Be brief.",
      input: "Who are you?",
      tools: [WEATHER],
    });
    const second = await team.client.responses.create({
      model: team.model,
      input: "Again?",
      previous_response_id: first.id,
    });
    expect(second).toMatchObject({ previous_response_id: first.id, instructions: null, tools: [] });
    expect(lastMessages()).toEqual([
      { role: "user", content: "Who are you?" },
      { role: "assistant", content: "I am Ada." },
      { role: "user", content: "Again?" },
    ]);
    expect(team.upstream.requests.at(-1)?.body.tools).toBeUndefined();
  });

  it("runs a function loop with a stored call", async () => {
    team.upstream.script(
      chatToolCalls([
        { id: "call_a", name: "get_weather", arguments: '{"city":"Oslo"}' },
        { id: "call_b", name: "get_weather", arguments: '{"city":"Rome"}' },
      ]),
      chatText("Cold and warm."),
    );
    const asked = await team.client.responses.create({ model: team.model, input: "Weather?", tools: [WEATHER] });
    const calls = asked.output.filter((item) => item.type === "function_call");
    expect(calls.map((call) => call.arguments)).toEqual(['{"city":"Oslo"}', '{"city":"Rome"}']);
    const answered = await team.client.responses.create({
      model: team.model,
      previous_response_id: asked.id,
      tools: [WEATHER],
      input: calls.map((call) => ({ type: "function_call_output", call_id: call.call_id, output: "5 degrees" })),
    });
    expect(answered.output_text).toBe("Cold and warm.");
    expect(lastMessages()).toMatchObject([{ role: "user" }, { role: "assistant" }, { role: "tool" }, { role: "tool" }]);
  });

  it("takes output items back as they were, by reference, and without a type or id", async () => {
    team.upstream.script(chatText("First."), chatText("Second."), chatText("Third."));
    const first = await team.client.responses.create({ model: team.model, input: "1" });
    const [message] = first.output;
    if (message?.type !== "message") throw new Error("no message");
    await team.client.responses.create({ model: team.model, input: [{ role: "user", content: "1" }, message] });
    await team.client.responses.create({
      model: team.model,
      input: [
        { role: "user", content: "1" },
        { type: "item_reference", id: message.id },
        { role: "user", content: [{ type: "input_text", text: "2" }] },
      ],
    });
    expect(lastMessages()).toEqual([
      { role: "user", content: "1" },
      { role: "assistant", content: "First." },
      { role: "user", content: "2" },
    ]);
    const copies = await query(server, "SELECT id FROM item WHERE team_id = $1 AND body::text LIKE '%First.%'", [
      team.teamId,
    ]);
    expect(copies).toEqual([{ id: message.id }]);
  });

  it("shows the request's own text when an item comes with a known id and other content", async () => {
    const said = (text: string) => [{ type: "message" as const, id: "msg_mine", role: "user" as const, content: text }];
    const first = await postResponse({ server, key: team.key }, { model: team.model, input: said("Red") });
    const second = await postResponse({ server, key: team.key }, { model: team.model, input: said("Blue") });
    expect(lastMessages()).toEqual([{ role: "user", content: "Blue" }]);
    const texts = await Promise.all(
      [first, second].map(async (answer) => {
        const { id } = (await answer.json()) as { id: string };
        const page = await team.client.responses.inputItems.list(id);
        return JSON.stringify(page.data);
      }),
    );
    expect(texts[0]).toContain("Red");
    expect(texts[1]).toContain("Blue");
  });
});

describe("input items", () => {
  it("pages through history and input, newest first by default", async () => {
    const first = await team.client.responses.create({
      model: team.model,
      input: [1, 2, 3].map((n) => ({ role: "user" as const, content: `say ${n}` })),
    });
    const second = await team.client.responses.create({
      model: team.model,
      input: "say 5",
      previous_response_id: first.id,
    });
    const all: string[] = [];
    for await (const item of team.client.responses.inputItems.list(second.id, { limit: 2, order: "asc" })) {
      all.push(JSON.stringify(item));
    }
    expect(all).toHaveLength(5);
    expect(["say 1", "say 2", "say 3", "Hello", "say 5"].every((text, index) => all[index]?.includes(text))).toBe(true);
    const answer = await fetch(`${server.url}/v1/responses/${second.id}/input_items?limit=2`, {
      headers: { authorization: `Bearer ${team.key}` },
    });
    const page = (await answer.json()) as { data: { id: string }[] };
    expect(JSON.stringify(page.data[0])).toContain("say 5");
    expect(page).toMatchObject({
      object: "list",
      has_more: true,
      first_id: page.data[0]?.id,
      last_id: page.data[1]?.id,
    });
  });

  it("refuses a limit out of range and an unknown cursor", async () => {
    const made = await team.client.responses.create({ model: team.model, input: "Hi" });
    const list = (query: string) =>
      fetch(`${server.url}/v1/responses/${made.id}/input_items?${query}`, {
        headers: { authorization: `Bearer ${team.key}` },
      });
    for (const query of ["limit=0", "limit=101", "limit=x", "order=up", "after=msg_unknown"]) {
      const answer = await list(query);
      expect({ query, status: answer.status }).toEqual({ query, status: 400 });
    }
  });
});

describe("delete", () => {
  it("removes the response and the items nobody else holds", async () => {
    const first = await team.client.responses.create({ model: team.model, input: "keep me for the second" });
    const second = await team.client.responses.create({
      model: team.model,
      input: "mine alone",
      previous_response_id: first.id,
    });
    const items = async () => {
      const rows = await query<{ body: string }>(server, "SELECT body::text FROM item WHERE team_id = $1", [
        team.teamId,
      ]);
      return rows.map((row) => row.body).join("\n");
    };
    await team.client.responses.delete(first.id);
    await expect(team.client.responses.retrieve(first.id)).rejects.toMatchObject({ status: 404 });
    expect(await items()).toContain("keep me for the second");
    const third = await team.client.responses.create({
      model: team.model,
      input: "3",
      previous_response_id: second.id,
    });
    expect(third.status).toBe("completed");
    expect(JSON.stringify(lastMessages())).toContain("keep me for the second");
    await team.client.responses.delete(second.id);
    expect(await items()).toContain("mine alone");
    await team.client.responses.delete(third.id);
    expect(await items()).not.toContain("mine alone");
    expect(await items()).not.toContain("keep me for the second");
    await expect(team.client.responses.delete(first.id)).rejects.toMatchObject({ status: 404 });
  });
});
