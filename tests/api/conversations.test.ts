import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { eventually } from "#tests/support/eventually";
import { createScriptedTeam, postResponse, type ScriptedTeam } from "#tests/support/scripted-team";
import { chatText, chatToolCalls } from "#tests/support/scripted-upstream";
import { query } from "#tests/support/server";

const server = inject("server");
let team: ScriptedTeam;

beforeAll(async () => {
  team = await createScriptedTeam(server);
});
afterAll(() => team.close());

const said = (content: string) => ({ type: "message" as const, role: "user" as const, content });

/** What the upstream was last asked. */
function lastMessages(): unknown {
  return team.upstream.requests.at(-1)?.body.messages;
}

/** The texts of a conversation, in order. */
async function textsIn(conversationId: string): Promise<string[]> {
  const texts: string[] = [];
  for await (const item of team.client.conversations.items.list(conversationId, { order: "asc", limit: 100 })) {
    if (item.type === "message") for (const part of item.content) if ("text" in part) texts.push(part.text);
  }
  return texts;
}

describe("conversations", () => {
  it("are created, read, changed and deleted", async () => {
    const { conversations } = team.client;
    const made = await conversations.create({ metadata: { topic: "a" }, items: [said("one"), said("two")] });
    expect(made).toMatchObject({ object: "conversation", metadata: { topic: "a" } });
    expect(await conversations.retrieve(made.id)).toEqual(made);
    expect(await conversations.update(made.id, { metadata: { topic: "b" } })).toEqual({
      ...made,
      metadata: { topic: "b" },
    });
    expect(await textsIn(made.id)).toEqual(["one", "two"]);
    expect(await conversations.delete(made.id)).toEqual({
      id: made.id,
      object: "conversation.deleted",
      deleted: true,
    });
    await expect(conversations.retrieve(made.id)).rejects.toMatchObject({
      status: 404,
      message: expect.stringContaining(`Conversation with id '${made.id}' not found.`),
    });
  });

  it("take at most 20 items at a time", async () => {
    const many = Array.from({ length: 21 }, (_, index) => said(String(index)));
    await expect(team.client.conversations.create({ items: many })).rejects.toMatchObject({
      status: 400,
      code: "array_above_max_length",
      param: "items",
    });
    const { id } = await team.client.conversations.create();
    await expect(team.client.conversations.items.create(id, { items: many })).rejects.toMatchObject({ status: 400 });
    expect(await textsIn(id)).toEqual([]);
  });
});

describe("items of a conversation", () => {
  it("are added, listed in pages, read and deleted", async () => {
    const { conversations } = team.client;
    const { id } = await conversations.create({ items: [said("1")] });
    const added = await conversations.items.create(id, { items: [said("2"), said("3"), said("4")] });
    expect(added).toMatchObject({ object: "list", has_more: false, last_id: added.data[2]?.id });
    expect(await textsIn(id)).toEqual(["1", "2", "3", "4"]);
    const newest = await conversations.items.list(id, { limit: 2 });
    expect(newest).toMatchObject({ has_more: true, last_id: added.data[1]?.id });
    const [second, third] = added.data;
    if (second?.type !== "message" || third?.type !== "message") throw new Error("no messages");
    const older = await conversations.items.list(id, { limit: 2, after: second.id });
    expect(older).toMatchObject({ has_more: false, data: [{ content: [{ text: "1" }] }] });
    expect(await conversations.items.retrieve(second.id, { conversation_id: id })).toEqual(second);
    expect(await conversations.items.delete(third.id, { conversation_id: id })).toMatchObject({ id });
    expect(await textsIn(id)).toEqual(["1", "2", "4"]);
    await expect(conversations.items.retrieve(third.id, { conversation_id: id })).rejects.toMatchObject({
      status: 404,
    });
    await expect(conversations.items.list(id, { after: third.id })).rejects.toMatchObject({ status: 400 });
    const again = [{ type: "item_reference" as const, id: second.id }];
    await expect(conversations.items.create(id, { items: again })).rejects.toMatchObject({ status: 400 });
  });
});

describe("a response in a conversation", () => {
  it("reads what is there, and adds its input and its output", async () => {
    team.upstream.script(chatText("I am Ada."), chatText("Ada."));
    const { id } = await team.client.conversations.create({ items: [said("Hello.")] });
    const first = await team.client.responses.create({ model: team.model, input: "Who are you?", conversation: id });
    expect(first.conversation).toEqual({ id });
    const second = await team.client.responses.create({ model: team.model, input: "Again?", conversation: { id } });
    expect(lastMessages()).toEqual([
      { role: "user", content: "Hello." },
      { role: "user", content: "Who are you?" },
      { role: "assistant", content: "I am Ada." },
      { role: "user", content: "Again?" },
    ]);
    expect(await textsIn(id)).toEqual(["Hello.", "Who are you?", "I am Ada.", "Again?", "Ada."]);
    expect((await team.client.responses.retrieve(second.id)).conversation).toEqual({ id });
    await eventually(async () => {
      const sql = "SELECT conversation_id FROM trace WHERE team_id = $1 AND response_id = $2";
      expect(await query(server, sql, [team.teamId, first.id])).toEqual([{ conversation_id: id }]);
    });
  });

  it("goes on from a function call by its output alone, streamed", async () => {
    team.upstream.script(chatToolCalls([{ id: "call_a", name: "look", arguments: "{}" }]), chatText("Seen."));
    const { id } = await team.client.conversations.create();
    const tools = [{ type: "function" as const, name: "look", parameters: null, strict: false }];
    await team.client.responses.create({ model: team.model, input: "Look!", conversation: id, tools });
    const stream = team.client.responses.stream({
      ...{ model: team.model, conversation: id, tools },
      input: [{ type: "function_call_output", call_id: "call_a", output: "a cat" }],
    });
    expect((await stream.finalResponse()).output_text).toBe("Seen.");
    expect(lastMessages()).toMatchObject([{ role: "user" }, { role: "assistant" }, { role: "tool" }]);
    expect(await textsIn(id)).toEqual(["Look!", "Seen."]);
  });

  it("loses nothing when twenty answer at once while items are added", async () => {
    const { id } = await team.client.conversations.create();
    const numbers = Array.from({ length: 20 }, (_, index) => index);
    await Promise.all([
      ...numbers.map((n) =>
        team.client.responses.create({ model: "builtin/echo", input: `ask ${n}`, conversation: id }),
      ),
      ...numbers.map((n) =>
        team.client.conversations.items.create(id, { items: [said(`note ${n}`), said(`more ${n}`)] }),
      ),
    ]);
    const texts = await textsIn(id);
    expect(texts).toHaveLength(80);
    for (const n of numbers) {
      const asked = texts.indexOf(`ask ${n}`);
      expect(texts.slice(asked, asked + 2)).toEqual([`ask ${n}`, `ask ${n}`]);
      expect(texts[texts.indexOf(`note ${n}`) + 1]).toBe(`more ${n}`);
    }
  });

  it("that fails adds nothing, so that the same input can come again", async () => {
    const { id } = await team.client.conversations.create();
    team.upstream.script((exchange) => exchange.json(400, { error: { message: "no" } }));
    const again = () => postResponse({ server, key: team.key }, { model: team.model, input: "Try", conversation: id });
    expect((await again()).status).toBeGreaterThanOrEqual(400);
    expect(await textsIn(id)).toEqual([]);
    expect((await again()).status).toBe(200);
    expect(await textsIn(id)).toEqual(["Try", "Hello from upstream."]);
  });

  it.each([
    ["with previous_response_id beside it", { previous_response_id: "resp_x" }, "Mutually exclusive parameters"],
    ["unstored", { store: false }, "'store' is false"],
  ])("%s is refused", async (...[, fields, message]) => {
    const { id } = await team.client.conversations.create();
    const answer = await postResponse(
      { server, key: team.key },
      { model: team.model, input: "x", conversation: id, ...fields },
    );
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain(message);
  });

  it("keeps its items when the conversation is deleted, and the conversation keeps them when it is", async () => {
    const { id } = await team.client.conversations.create();
    const kept = await team.client.responses.create({ model: "builtin/echo", input: "mine", conversation: id });
    await team.client.responses.delete(kept.id);
    expect(await textsIn(id)).toEqual(["mine", "mine"]);
    const other = await team.client.responses.create({ model: "builtin/echo", input: "both", conversation: id });
    await team.client.conversations.delete(id);
    expect((await team.client.responses.retrieve(other.id)).output_text).toBe("both");
    const left = await query<{ body: string }>(server, "SELECT body::text FROM item WHERE team_id = $1", [team.teamId]);
    expect(left.filter((row) => row.body.includes("both"))).toHaveLength(2);
  });
});
