import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { eventually } from "#tests/support/eventually";
import { createScriptedTeam, eventsOf, postResponse, type ScriptedTeam } from "#tests/support/scripted-team";
import { chatText, chatToolCalls } from "#tests/support/scripted-upstream";
import { createTeam, openaiClient, query, type TestTeam } from "#tests/support/server";

const server = inject("server");
const WINDOW = 3_000;
let team: ScriptedTeam;
let stranger: TestTeam;

beforeAll(async () => {
  team = await createScriptedTeam(server);
  stranger = await createTeam(server);
  const models = { data: [{ id: "scripted-model", context_length: WINDOW }] };
  team.upstream.script((exchange) => exchange.json(200, models));
  // The list of a connection whose models are chosen by name is read beside the requests.
  await eventually(async () =>
    expect(await team.client.models.retrieve(team.model)).toMatchObject({ context_window: WINDOW }),
  );
});
afterAll(() => team.close());

/** `tokens` tokens of text, and one. */
const words = (tokens: number) => " word".repeat(tokens);
const user = (content: string) => ({ role: "user" as const, content });
const assistant = (content: string) => ({ role: "assistant" as const, content });

function lastRequest(): { messages: { role: string; content: string }[] } {
  return team.upstream.requests.at(-1)?.body as { messages: { role: string; content: string }[] };
}

describe("input that is longer than the model's window", () => {
  it("is refused before the provider is asked, in OpenAI's words, streamed or not", async () => {
    const asked = team.upstream.requests.length;
    for (const stream of [false, true]) {
      const answer = await postResponse(
        { server, key: team.key },
        { model: team.model, input: words(2 * WINDOW), stream },
      );
      expect(answer.status).toBe(400);
      expect(await answer.json()).toEqual({
        error: {
          message: "Your input exceeds the context window of this model. Please adjust your input and try again.",
          type: "invalid_request_error",
          code: "context_length_exceeded",
          param: "input",
        },
      });
    }
    expect(team.upstream.requests).toHaveLength(asked);
  });

  it("loses its oldest turns with truncation: auto, and nothing else", async () => {
    const call = { call_id: "call_1", name: "look", arguments: "{}" };
    const made = await team.client.responses.create({
      model: team.model,
      truncation: "auto",
      instructions: "Be brief.",
      input: [
        { role: "developer", content: "Say please." },
        user(`first ${words(2980)}`),
        { type: "function_call", ...call },
        { type: "function_call_output", call_id: "call_1", output: "seen" },
        assistant("Yes."),
        user("second"),
      ],
    });
    expect(made).toMatchObject({ status: "completed", truncation: "auto" });
    expect(lastRequest().messages).toEqual([
      { role: "system", content: "Be brief." },
      { role: "system", content: "Say please." },
      { role: "user", content: "second" },
    ]);
    const items = await team.client.responses.inputItems.list(made.id);
    expect(items.data).toHaveLength(6);
  });

  it("is refused even so when the last turn alone is too long", async () => {
    const body = {
      model: team.model,
      truncation: "auto",
      input: [user("a"), assistant("b"), user(words(2 * WINDOW))],
    };
    const answer = await postResponse({ server, key: team.key }, body);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain("context_length_exceeded");
  });
});

describe("POST /v1/responses/compact", () => {
  it("gives a window that is taken back as it is, without and with a chain", async () => {
    team.upstream.script(chatText("They talked about tea.", { prompt: 50, completion: 6 }), chatText("Green tea."));
    const compacted = await team.client.responses.compact({
      model: team.model,
      instructions: "Keep preferences.",
      input: [user("I like green tea."), assistant("Noted, green tea it is.")],
    });
    expect(compacted).toMatchObject({
      object: "response.compaction",
      output: [
        { type: "message", role: "user", content: [{ type: "input_text", text: "I like green tea." }] },
        { type: "compaction" },
      ],
      usage: { input_tokens: 50, output_tokens: 6 },
    });
    expect(JSON.stringify(compacted)).not.toContain("talked about");
    const asked = lastRequest().messages.at(-1)?.content;
    expect(asked).toContain("System: Keep preferences.");
    expect(asked).toContain("Assistant: Noted, green tea it is.");
    const input = [...compacted.output, user("What do I like?")] as Parameters<
      typeof team.client.responses.create
    >[0]["input"];
    const next = await team.client.responses.create({ model: team.model, input: input ?? "" });
    expect(next.output_text).toBe("Green tea.");
    const expected = [
      { role: "user", content: "I like green tea." },
      { role: "user", content: expect.stringContaining("They talked about tea.") },
      { role: "user", content: "What do I like?" },
    ];
    expect(lastRequest().messages).toEqual(expected);
    await team.client.responses.create({ model: team.model, input: "Sure?", previous_response_id: next.id });
    expect(lastRequest().messages).toEqual([...expected, assistant("Green tea."), user("Sure?")]);
    const [stored] = await query(server, "SELECT id FROM response WHERE team_id = $1 AND id = $2", [
      team.teamId,
      compacted.id,
    ]);
    expect(stored).toBeUndefined();
  });

  it("compacts what an earlier response built on", async () => {
    team.upstream.script(chatText("Four."), chatText("They added."));
    const first = await team.client.responses.create({ model: team.model, input: "2 + 2?" });
    const compacted = await team.client.responses.compact({ model: team.model, previous_response_id: first.id });
    expect(compacted.output).toMatchObject([{ content: [{ text: "2 + 2?" }] }, { type: "compaction" }]);
    expect(lastRequest().messages.at(-1)?.content).toBe("User: 2 + 2?\n\nAssistant: Four.");
  });

  it("works on the built-in model, and in a conversation", async () => {
    const compacted = await team.client.responses.compact({
      model: "builtin/demo",
      input: [user("My name is Ada."), assistant("Hello, Ada.")],
    });
    const { id } = await team.client.conversations.create();
    await team.client.conversations.items.create(id, { items: compacted.output as never });
    await team.client.responses.create({ model: team.model, conversation: id, input: "Who am I?" });
    expect(lastRequest().messages).toEqual([
      user("My name is Ada."),
      { role: "user", content: expect.stringContaining("Assistant: Hello, Ada.") },
      user("Who am I?"),
    ]);
  });

  it.each<[string, object, string]>([
    ["without a model", { input: "x" }, "Missing required parameter: 'model'."],
    ["without anything to compact", { model: "builtin/demo" }, "Missing required parameter: 'input'."],
    [
      "with instructions alone",
      { model: "builtin/demo", input: [{ role: "system", content: "x" }] },
      "nothing to compact",
    ],
    [
      "of an unknown response",
      { model: "builtin/demo", previous_response_id: "resp_unknown" },
      "Previous response with id 'resp_unknown' not found.",
    ],
  ])("%s is refused", async (...[, body, message]) => {
    const answer = await fetch(`${server.url}/v1/responses/compact`, {
      method: "POST",
      headers: { authorization: `Bearer ${team.key}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain(message);
  });

  it("another team's compaction item is refused exactly as an invented one", async () => {
    const compacted = await team.client.responses.compact({ model: "builtin/demo", input: "secret" });
    const sealed = compacted.output.at(-1);
    if (sealed?.type !== "compaction") throw new Error("no compaction item");
    const client = openaiClient(server, stranger.key);
    const send = (item: { id: string; encrypted_content: string }) =>
      client.responses
        .create({ model: "builtin/echo", input: [{ type: "compaction", ...item }, user("hi")] })
        .catch((error: unknown) => error);
    const theirs = await send({ id: sealed.id, encrypted_content: sealed.encrypted_content });
    expect(theirs).toMatchObject({ status: 400, code: "invalid_encrypted_content", param: "input" });
    const invented = await send({ id: "cmp_1", encrypted_content: "invented" });
    expect(Object(invented)).toHaveProperty("message", Object(theirs).message);
    const kept = client.conversations.create({ items: [{ ...sealed }] });
    await expect(kept).rejects.toMatchObject({ status: 400, code: "invalid_encrypted_content" });
  });
});

describe("context_management", () => {
  const managed = { context_management: [{ type: "compaction" as const, compact_threshold: 1000 }] };

  it("compacts at the threshold before the model is asked, and goes on from there", async () => {
    const first = await team.client.responses.create({
      model: "builtin/echo",
      input: [user("I live in Ulm."), assistant(words(1200)), user("Next.")],
    });
    team.upstream.script(
      chatText("They live in Ulm.", { prompt: 900, completion: 5 }),
      chatText("Ulm."),
      chatText("Yes."),
    );
    const answer = await postResponse(
      { server, key: team.key },
      { model: team.model, previous_response_id: first.id, input: "Where do I live?", stream: true, ...managed },
    );
    const events = eventsOf(await answer.text());
    expect(events.slice(2, 4)).toMatchObject([
      { type: "response.output_item.added", output_index: 0, item: { type: "compaction", encrypted_content: "" } },
      { type: "response.output_item.done", output_index: 0, item: { type: "compaction" } },
    ]);
    const done = events.at(-1)?.response as { id: string; output: { type: string }[]; usage: { input_tokens: number } };
    expect(done.output.map((item) => item.type)).toEqual(["compaction", "message"]);
    expect(done.usage.input_tokens).toBe(900 + 11);
    const window = [
      user("I live in Ulm."),
      user("Next."),
      { role: "user", content: expect.stringContaining("They live in Ulm.") },
      user("Where do I live?"),
    ];
    expect(lastRequest().messages).toEqual(window);
    // The next turn goes on from the compacted window and need not be compacted again.
    const next = await team.client.responses.create({
      ...{ model: team.model, previous_response_id: done.id, input: "Sure?", ...managed },
    });
    expect(next.output.map((item) => item.type)).toEqual(["message"]);
    expect(lastRequest().messages).toEqual([...window, assistant("Ulm."), user("Sure?")]);
  });

  it("compacts a loop of calls, keeping the newest result with its call", async () => {
    const tools = [{ type: "function" as const, name: "look", parameters: null, strict: false }];
    const { id } = await team.client.conversations.create({
      items: [
        { type: "message", ...user("Look twice.") },
        { type: "function_call", call_id: "call_1", name: "look", arguments: "{}" },
        { type: "function_call_output", call_id: "call_1", output: words(1200) },
        { type: "function_call", call_id: "call_2", name: "look", arguments: "{}" },
      ],
    });
    team.upstream.script(chatText("Looked once."), chatToolCalls([{ id: "call_3", name: "look", arguments: "{}" }]));
    const made = await team.client.responses.create({
      ...{ model: team.model, conversation: id, tools, ...managed },
      input: [{ type: "function_call_output", call_id: "call_2", output: "a cat" }],
    });
    expect(made.output.map((item) => item.type)).toEqual(["compaction", "function_call"]);
    expect(lastRequest().messages).toMatchObject([
      user("Look twice."),
      { role: "user", content: expect.stringContaining("Looked once.") },
      { role: "assistant", tool_calls: [{ id: "call_2" }] },
      { role: "tool", tool_call_id: "call_2", content: "a cat" },
    ]);
    await team.client.responses.create({
      ...{ model: team.model, conversation: id, tools },
      input: [{ type: "function_call_output", call_id: "call_3", output: "a dog" }],
    });
    expect(lastRequest().messages.slice(-2)).toMatchObject([{ tool_calls: [{ id: "call_3" }] }, { content: "a dog" }]);
    expect(lastRequest().messages).toHaveLength(6);
  });
});

describe("POST /v1/responses/input_tokens", () => {
  it("counts as OpenAI does where it knows the tokenizer, and says when it does not", async () => {
    const { client } = team;
    expect(await client.responses.inputTokens.count({ model: "scripted/gpt-4o", input: "hello" })).toEqual({
      object: "response.input_tokens",
      input_tokens: 8,
      estimated: false,
    });
    expect(await client.responses.inputTokens.count({ model: team.model, input: "hello" })).toMatchObject({
      input_tokens: 8,
      estimated: true,
    });
  });

  it("counts history, instructions and tools, and runs nothing", async () => {
    const first = await team.client.responses.create({ model: "builtin/echo", input: "hello" });
    const asked = team.upstream.requests.length;
    const counted = await team.client.responses.inputTokens.count({
      ...{ model: "scripted/gpt-4o", input: "hello", previous_response_id: first.id, instructions: "hello" },
    });
    expect(counted.input_tokens).toBe(3 + 4 * 5);
    const tools = [{ type: "function" as const, name: "look", parameters: { type: "object" }, strict: false }];
    const equipped = await team.client.responses.inputTokens.count({ model: "scripted/gpt-4o", input: "hello", tools });
    expect(equipped.input_tokens).toBeGreaterThan(8 + 8);
    expect(team.upstream.requests).toHaveLength(asked);
  });
});
