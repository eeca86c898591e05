import { zodFunction, zodResponseFormat } from "openai/helpers/zod";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { z } from "zod";
import { PIXEL } from "#tests/support/images";
import { createScriptedTeam, type ScriptedTeam } from "#tests/support/scripted-team";
import { chatText, chatToolCalls } from "#tests/support/scripted-upstream";

const server = inject("server");
let team: ScriptedTeam;

beforeAll(async () => {
  team = await createScriptedTeam(server);
});
afterAll(() => team.close());

const user = (content: string) => [{ role: "user" as const, content }];
const Person = z.object({ name: z.string(), age: z.number() });
const weather = zodFunction({
  name: "get_weather",
  description: "The current weather in a city",
  parameters: z.object({ city: z.string() }),
  function: ({ city }) => `${city}: 5 degrees`,
});

describe("client.chat.completions on an upstream", () => {
  it("creates", async () => {
    team.upstream.script(chatText("Hello there."));
    const made = await team.client.chat.completions.create({ model: team.model, messages: user("Hi") });
    expect(made).toMatchObject({
      object: "chat.completion",
      model: team.model,
      choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content: "Hello there." } }],
      usage: { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 },
    });
    expect(made.id).toMatch(/^chatcmpl-/);
  });

  it("streams, with the usage at the end", async () => {
    team.upstream.script(chatText(["One, ", "two."]));
    const stream = team.client.chat.completions.stream({
      model: team.model,
      messages: user("Count"),
      stream_options: { include_usage: true },
    });
    const pieces: string[] = [];
    stream.on("content", (delta) => pieces.push(delta));
    const final = await stream.finalChatCompletion();
    expect(pieces.filter(Boolean)).toEqual(["One, ", "two."]);
    expect(final.choices[0]?.message.content).toBe("One, two.");
    expect(final.usage).toMatchObject({ prompt_tokens: 11, completion_tokens: 7 });
  });

  it("parses structured output", async () => {
    team.upstream.script(chatText('{"name":"Ada","age":36}'));
    const parsed = await team.client.chat.completions.parse({
      model: team.model,
      messages: user("Somebody"),
      response_format: zodResponseFormat(Person, "person"),
    });
    expect(parsed.choices[0]?.message.parsed).toEqual({ name: "Ada", age: 36 });
    expect(team.upstream.requests.at(-1)?.body.response_format).toMatchObject({
      type: "json_schema",
      json_schema: { name: "person", strict: true },
    });
  });

  it.each([false, true])("runs tools (streaming: %s)", async (stream) => {
    team.upstream.script(
      chatToolCalls([{ id: "call_1", name: "get_weather", arguments: '{"city":"Oslo"}' }]),
      chatText("It is cold."),
    );
    const ask = { model: team.model, messages: user("Weather in Oslo?"), tools: [weather] };
    const runner = stream
      ? team.client.chat.completions.runTools({ ...ask, stream })
      : team.client.chat.completions.runTools({ ...ask, stream });
    expect(await runner.finalContent()).toBe("It is cold.");
    expect(team.upstream.requests.at(-1)?.body.messages).toMatchObject([
      { role: "user" },
      { role: "assistant", tool_calls: [{ id: "call_1" }] },
      { role: "tool", tool_call_id: "call_1", content: "Oslo: 5 degrees" },
    ]);
  });

  it("calls deprecated functions", async () => {
    const call = { id: "call_1", name: "look", arguments: '{"at":"sea"}' };
    const ask = { model: team.model, messages: user("Look"), functions: [{ name: "look", parameters: {} }] };
    team.upstream.script(chatToolCalls([call]), chatToolCalls([call]));
    const made = await team.client.chat.completions.create(ask);
    const expected = { name: "look", arguments: '{"at":"sea"}' };
    expect(made.choices[0]).toMatchObject({ finish_reason: "function_call", message: { function_call: expected } });
    const streamed = await team.client.chat.completions.stream(ask).finalChatCompletion();
    expect(streamed.choices[0]).toMatchObject({ finish_reason: "function_call", message: { function_call: expected } });
  });

  it("calls custom tools, also of a vendor that knows functions only", async () => {
    const wrapped = { id: "call_1", name: "sql", arguments: '{"input":"SELECT 1"}' };
    const ask = {
      model: team.model,
      messages: user("Count"),
      tools: [{ type: "custom" as const, custom: { name: "sql", description: "Runs SQL" } }],
    };
    team.upstream.script(chatToolCalls([wrapped]), chatToolCalls([wrapped]), chatText("One."));
    const expected = [{ id: "call_1", type: "custom", custom: { name: "sql", input: "SELECT 1" } }];
    const made = await team.client.chat.completions.create(ask);
    expect(made.choices[0]).toMatchObject({ finish_reason: "tool_calls", message: { tool_calls: expected } });
    const streamed = await team.client.chat.completions.stream(ask).finalChatCompletion();
    expect(streamed.choices[0]?.message.tool_calls).toMatchObject(expected);
    const [choice] = made.choices;
    if (!choice) throw new Error("no choice");
    const result = { role: "tool" as const, tool_call_id: "call_1", content: "1" };
    const next = await team.client.chat.completions.create({
      ...ask,
      messages: [...ask.messages, choice.message, result],
    });
    expect(next.choices[0]?.message.content).toBe("One.");
  });

  it("passes on what the vendor knows and leaves out what nobody said", async () => {
    team.upstream.script(chatText("ok"));
    await team.client.chat.completions.create({
      model: team.model,
      messages: [
        { role: "developer", content: "Be brief." },
        {
          role: "user",
          name: "ada",
          content: [
            { type: "text", text: "Hear" },
            { type: "image_url", image_url: { url: PIXEL } },
            { type: "input_audio", input_audio: { data: "UklGRg==", format: "wav" } },
          ],
        },
      ],
      stop: ["END", "STOP"],
      seed: 7,
      logit_bias: { "42": -100 },
      max_completion_tokens: 3,
      reasoning_effort: "low",
      temperature: 0,
    });
    const body = team.upstream.requests.at(-1)?.body;
    expect(body).toMatchObject({
      stop: ["END", "STOP"],
      seed: 7,
      logit_bias: { "42": -100 },
      max_tokens: 3,
      reasoning_effort: "low",
      temperature: 0,
      messages: [
        { role: "system", content: "Be brief." },
        {
          role: "user",
          name: "ada",
          content: [
            { type: "text", text: "Hear" },
            { type: "image_url" },
            { type: "input_audio", input_audio: { data: "UklGRg==", format: "wav" } },
          ],
        },
      ],
    });
    expect(Object.keys(body ?? {})).not.toContain("top_p");
  });
});

describe("client.chat.completions on builtin", () => {
  const demo = "builtin/demo";

  it("creates, and ends before a stop text", async () => {
    const made = await team.client.chat.completions.create({
      model: "builtin/echo",
      messages: user("One two STOP three"),
      stop: "STOP",
    });
    expect(made.choices[0]).toMatchObject({ finish_reason: "stop", message: { content: "One two " } });
  });

  it("streams", async () => {
    const stream = team.client.chat.completions.stream({ model: "builtin/echo", messages: user("Word for word.") });
    expect(await stream.finalContent()).toBe("Word for word.");
  });

  it("parses", async () => {
    const parsed = await team.client.chat.completions.parse({
      model: demo,
      messages: user("name: Ada, age: 36"),
      response_format: zodResponseFormat(Person, "person"),
    });
    expect(Person.parse(parsed.choices[0]?.message.parsed)).toBeTruthy();
  });

  it("runs tools", async () => {
    const runner = team.client.chat.completions.runTools({
      model: demo,
      messages: user("get_weather for the city Oslo"),
      tools: [weather],
    });
    expect(await runner.finalContent()).toContain("5 degrees");
  });

  it("is cut at the token limit", async () => {
    const ask = { model: demo, messages: user("Hi"), max_tokens: 3 };
    const made = await team.client.chat.completions.create(ask);
    expect(made).toMatchObject({ choices: [{ finish_reason: "length" }], usage: { completion_tokens: 3 } });
  });
});

describe("client.embeddings", () => {
  it("embeds with builtin, over the client's own base64", async () => {
    const made = await team.client.embeddings.create({ model: "builtin/hash-1024", input: ["a tower", "a bridge"] });
    expect(made.data.map((each) => [each.index, each.embedding.length])).toEqual([
      [0, 1024],
      [1, 1024],
    ]);
    const floats = await team.client.embeddings.create({
      model: "builtin/hash-1024",
      input: "a tower",
      encoding_format: "float",
    });
    const exact = Float32Array.from(floats.data[0]?.embedding ?? []);
    expect(Array.from(exact)).toEqual(made.data[0]?.embedding);
    expect(made).toMatchObject({ object: "list", model: "builtin/hash-1024", usage: { prompt_tokens: 4 } });
  });

  it("embeds with an upstream, and tells its usage", async () => {
    team.upstream.script((exchange) =>
      exchange.json(200, {
        data: [{ index: 0, embedding: [0.5, -2] }],
        usage: { prompt_tokens: 3, total_tokens: 3 },
      }),
    );
    const made = await team.client.embeddings.create({ model: team.model, input: "Hi", dimensions: 2 });
    expect(made).toMatchObject({ data: [{ embedding: [0.5, -2] }], usage: { prompt_tokens: 3, total_tokens: 3 } });
    expect(team.upstream.requests.at(-1)).toMatchObject({
      path: "/v1/embeddings",
      body: { model: "scripted-model", input: ["Hi"], dimensions: 2 },
    });
  });
});
