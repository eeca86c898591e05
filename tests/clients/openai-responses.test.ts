import { zodResponsesFunction, zodTextFormat } from "openai/helpers/zod";
import type { ResponseInput } from "openai/resources/responses/responses";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { z } from "zod";
import { createScriptedTeam, type ScriptedTeam } from "#tests/support/scripted-team";
import { chatText, chatToolCalls, type UpstreamScript } from "#tests/support/scripted-upstream";

const server = inject("server");
let team: ScriptedTeam;

beforeAll(async () => {
  team = await createScriptedTeam(server);
});
afterAll(() => team.close());

const Person = z.object({ name: z.string(), age: z.number() });
const weather = zodResponsesFunction({
  name: "get_weather",
  description: "The current weather in a city",
  parameters: z.object({ city: z.string() }),
});

/** Each case runs on the built-in models and on an upstream that says the same. */
const TARGETS: [string, (script: UpstreamScript) => { demo: string; echo: string }][] = [
  [
    "an upstream",
    (script) => {
      team.upstream.script(script);
      return { demo: team.model, echo: team.model };
    },
  ],
  ["builtin", () => ({ demo: "builtin/demo", echo: "builtin/echo" })],
];

describe.each(TARGETS)("client.responses on %s", (_name, prepare) => {
  it("streams, and the stored response replays the same way", async () => {
    const { echo: model } = prepare(chatText(["Word ", "for word."]));
    const live: string[] = [];
    const stream = team.client.responses.stream({ model, input: "Word for word." });
    stream.on("response.output_text.delta", ({ delta }) => live.push(delta));
    const made = await stream.finalResponse();
    expect(made.output_text).toBe("Word for word.");
    expect(live.join("")).toBe("Word for word.");

    const { output } = await team.client.responses.retrieve(made.id);
    const replayed: string[] = [];
    const completed: unknown[] = [];
    for await (const event of await team.client.responses.retrieve(made.id, { stream: true })) {
      if (event.type === "response.output_text.delta") replayed.push(event.delta);
      if (event.type === "response.completed") completed.push(event.response.output);
    }
    expect(completed).toEqual([output]);
    expect(replayed.join("")).toBe("Word for word.");
    const tail = await team.client.responses.retrieve(made.id, { stream: true, starting_after: 4 });
    const numbers: number[] = [];
    for await (const event of tail) numbers.push(event.sequence_number);
    expect(numbers[0]).toBe(5);
    expect((await team.client.responses.stream({ response_id: made.id }).finalResponse()).output).toEqual(made.output);
  });

  it("parses structured output, streaming or not", async () => {
    const { demo: model } = prepare(chatText('{"name":"Ada","age":36}'));
    const ask = { model, input: "name: Ada, age: 36", text: { format: zodTextFormat(Person, "person") } };
    expect((await team.client.responses.parse(ask)).output_parsed).toMatchObject({ age: 36 });
    prepare(chatText('{"name":"Ada","age":36}'));
    expect((await team.client.responses.stream(ask).finalResponse()).output_parsed).toMatchObject({ age: 36 });
  });

  it("parses the arguments of a call, and goes on with its result", async () => {
    const call = { id: "call_1", name: "get_weather", arguments: '{"city":"Oslo"}' };
    const { demo: model } = prepare(chatToolCalls([call]));
    const asked = await team.client.responses.parse({
      model,
      input: "get_weather for the city Oslo",
      tools: [weather],
    });
    const [item] = asked.output.filter((each) => each.type === "function_call");
    expect(item?.parsed_arguments).toEqual({ city: "Oslo" });
    prepare(chatText("get_weather returned: 5 degrees"));
    const answered = await team.client.responses.create({
      model,
      previous_response_id: asked.id,
      tools: [weather],
      input: [{ type: "function_call_output", call_id: item?.call_id ?? "", output: "5 degrees" }],
    });
    expect(answered.output_text).toContain("5 degrees");
    const { data } = await team.client.responses.inputItems.list(answered.id, { order: "asc" });
    expect(data.map((each) => each.type)).toEqual(["message", "function_call", "function_call_output"]);
  });

  it("carries a conversation on", async () => {
    const { demo: model } = prepare(chatText("Nice to meet you."));
    const conversation = await team.client.conversations.create({ metadata: { topic: "names" } });
    const first = await team.client.responses.create({
      model,
      conversation: conversation.id,
      input: "My name is Ada.",
    });
    prepare(chatText("Before that you wrote: My name is Ada."));
    const second = await team.client.responses.create({ model, conversation: conversation.id, input: "And before?" });
    expect(second.output_text).toContain("My name is Ada.");
    const kept: string[] = [];
    for await (const item of team.client.conversations.items.list(conversation.id, { order: "asc", limit: 3 })) {
      if (item.type === "message") kept.push(item.id);
    }
    expect(kept).toHaveLength(4);
    expect(kept).toContain(first.output[0]?.id);
    expect(await team.client.conversations.retrieve(conversation.id)).toMatchObject({ metadata: { topic: "names" } });
    await team.client.conversations.delete(conversation.id);
    await expect(team.client.conversations.retrieve(conversation.id)).rejects.toMatchObject({ status: 404 });
  });

  it("runs in the background, polled and joined", async () => {
    const { echo: model } = prepare(chatText("Word for word."));
    const queued = await team.client.responses.create({ model, input: "Word for word.", background: true });
    expect(queued.status).toMatch(/^(queued|in_progress|completed)$/);
    const joined = await team.client.responses.stream({ response_id: queued.id }).finalResponse();
    expect(joined).toMatchObject({ id: queued.id, status: "completed", output_text: "Word for word." });
    expect(await team.client.responses.retrieve(queued.id)).toMatchObject({ status: "completed", background: true });
    expect(await team.client.responses.cancel(queued.id)).toMatchObject({ status: "completed" });
  });

  it("counts and compacts a context, and goes on from what is left of it", async () => {
    const { demo: model } = prepare(chatText("The user is called Ada."));
    const input = [
      { role: "user" as const, content: "My name is Ada." },
      { role: "assistant" as const, content: "Nice to meet you, Ada." },
    ];
    const { input_tokens } = await team.client.responses.inputTokens.count({ model, input });
    expect(input_tokens).toBeGreaterThan(5);
    const compacted = await team.client.responses.compact({ model, input });
    expect(compacted).toMatchObject({ object: "response.compaction" });
    expect(compacted.output.map((item) => item.type)).toContain("compaction");
    prepare(chatText("You are Ada."));
    const next = await team.client.responses.create({
      model,
      input: [...compacted.output, { role: "user", content: "Who am I?" }] as ResponseInput,
    });
    expect(next).toMatchObject({ status: "completed", output_text: expect.stringContaining("Ada") });
  });
});
