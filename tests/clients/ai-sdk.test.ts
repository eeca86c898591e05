import { createOpenResponses } from "@ai-sdk/open-responses";
import { createOpenAI } from "@ai-sdk/openai";
import { embedMany, generateText, isStepCount, type LanguageModel, Output, streamText, tool } from "ai";
import { toFile } from "openai";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { z } from "zod";
import { createScriptedTeam, type ScriptedTeam } from "#tests/support/scripted-team";
import { chatChunk, chatText, chatToolCalls } from "#tests/support/scripted-upstream";

const server = inject("server");
let team: ScriptedTeam;

beforeAll(async () => {
  team = await createScriptedTeam(server);
});
afterAll(() => team.close());

const weather = tool({
  description: "Weather of a city",
  inputSchema: z.object({ city: z.string() }),
  execute: async ({ city }) => `${city}: 5 degrees`,
});

const CALL = { id: "call_1", name: "weather", arguments: '{"city":"Oslo"}' };

type OpenModel = (id?: string) => LanguageModel;

const openaiProvider = () => createOpenAI({ baseURL: `${server.url}/v1`, apiKey: team.key });
const openai: OpenModel = (id = team.model) => openaiProvider()(id);
const openaiChat: OpenModel = (id = team.model) => openaiProvider().chat(id);
const openResponses: OpenModel = (id = team.model) =>
  createOpenResponses({ name: "rejoinder", url: `${server.url}/v1/responses`, apiKey: team.key })(id);

const CLIENTS: [string, OpenModel][] = [
  ["@ai-sdk/openai", openai],
  ["@ai-sdk/openai chat()", openaiChat],
  ["@ai-sdk/open-responses", openResponses],
];

const Person = z.object({ name: z.string(), age: z.number() });

describe.each(CLIENTS)("%s on an upstream", (_name, model) => {
  it("generates text, with usage", async () => {
    team.upstream.script(chatText("Hello there."));
    const { text, usage, finishReason } = await generateText({ model: model(), prompt: "Hi" });
    expect({ text, finishReason, input: usage.inputTokens, output: usage.outputTokens }).toEqual({
      text: "Hello there.",
      finishReason: "stop",
      input: 11,
      output: 7,
    });
  });

  it("streams text", async () => {
    team.upstream.script(chatText(["One, ", "two."]));
    const result = streamText({ model: model(), prompt: "Count" });
    const pieces: string[] = [];
    for await (const piece of result.textStream) pieces.push(piece);
    expect(pieces).toEqual(["One, ", "two."]);
    expect(await result.finishReason).toBe("stop");
  });

  it("runs tools over several steps", async () => {
    team.upstream.script(chatToolCalls([CALL]), chatText("It is cold."));
    const { text, steps } = await generateText({
      model: model(),
      tools: { weather },
      stopWhen: isStepCount(3),
      prompt: "Weather in Oslo?",
    });
    expect(text).toBe("It is cold.");
    expect(steps[0]?.toolCalls[0]).toMatchObject({ toolName: "weather", input: { city: "Oslo" } });
    const { messages } = team.upstream.requests.at(-1)?.body ?? {};
    expect(messages).toMatchObject([{ role: "user" }, { role: "assistant" }, { role: "tool", tool_call_id: "call_1" }]);
  });

  it("runs tools over several steps, streaming", async () => {
    team.upstream.script(chatToolCalls([CALL]), chatText("Cold."));
    const result = streamText({
      model: model(),
      tools: { weather },
      stopWhen: isStepCount(3),
      prompt: "Weather in Oslo?",
    });
    expect(await result.text).toBe("Cold.");
    expect((await result.steps).length).toBe(2);
  });

  it("gets structured output", async () => {
    team.upstream.script(chatText('{"name":"Ada","age":36}'));
    const { output } = await generateText({
      model: model(),
      output: Output.object({ schema: Person }),
      prompt: "Somebody",
    });
    expect(output).toEqual({ name: "Ada", age: 36 });
  });

  it("sees why an answer was cut", async () => {
    team.upstream.script((exchange) => {
      exchange.send(chatChunk({ content: "Once" }));
      exchange.send(chatChunk({}, "length"));
      exchange.done();
    });
    const { finishReason } = await generateText({ model: model(), prompt: "A story", maxOutputTokens: 16 });
    expect(finishReason).toBe("length");
  });

  it("hears of errors in our words", async () => {
    const wrong = createOpenAI({ baseURL: `${server.url}/v1`, apiKey: "rj_wrong" })(team.model);
    await expect(generateText({ model: wrong, prompt: "Hi", maxRetries: 0 })).rejects.toThrow("Incorrect API key");
  });
});

describe.each(CLIENTS)("%s on builtin", (_name, model) => {
  it("generates and streams text", async () => {
    const ask = { model: model("builtin/echo"), prompt: "Word for word, please." };
    const { text, finishReason } = await generateText(ask);
    expect({ text, finishReason }).toEqual({ text: "Word for word, please.", finishReason: "stop" });
    expect(await streamText(ask).text).toBe("Word for word, please.");
  });

  it("runs tools, streaming or not", async () => {
    const ask = {
      model: model("builtin/demo"),
      tools: { weather },
      stopWhen: isStepCount(3),
      prompt: "weather for the city Oslo",
    };
    expect((await generateText(ask)).text).toContain("5 degrees");
    expect(await streamText(ask).text).toContain("5 degrees");
  });

  it("gets structured output", async () => {
    const output = Output.object({ schema: Person });
    const made = await generateText({ model: model("builtin/demo"), output, prompt: "name: Ada, age: 36" });
    expect(made.output).toMatchObject({ age: 36 });
  });
});

describe("@ai-sdk/openai embeddings", () => {
  it("embed many, with their usage", async () => {
    const embedder = openaiProvider().embedding("builtin/hash-1024");
    const values = ["a tower", "the tower", "a bridge"];
    const { embeddings, usage } = await embedMany({ model: embedder, values });
    expect(embeddings.map((vector) => vector.length)).toEqual([1024, 1024, 1024]);
    expect(embeddings[0]).toEqual(embeddings[1]);
    expect(embeddings[0]).not.toEqual(embeddings[2]);
    expect(usage.tokens).toBeGreaterThan(0);
  });

  it("embed with an upstream", async () => {
    team.upstream.script((exchange) =>
      exchange.json(200, { data: [{ index: 0, embedding: [0.5, -2] }], usage: { prompt_tokens: 3, total_tokens: 3 } }),
    );
    const { embeddings, usage } = await embedMany({
      model: openaiProvider().embedding(team.model),
      values: ["Hi"],
      providerOptions: { openai: { dimensions: 2 } },
    });
    expect({ embeddings, usage }).toMatchObject({ embeddings: [[0.5, -2]], usage: { tokens: 3 } });
    expect(team.upstream.requests.at(-1)?.body).toMatchObject({ dimensions: 2 });
  });
});

describe("@ai-sdk/openai with file_search", () => {
  it("shows the search and where the answer comes from", async () => {
    const text = "The Fjordlight tower is 330 metres tall. It was opened in 1999 by the harbour guild.";
    const file = await team.client.files.create({
      purpose: "assistants",
      file: await toFile(Buffer.from(text), "tower.txt"),
    });
    const store = await team.client.vectorStores.create({ name: "towers" });
    await team.client.vectorStores.files.createAndPoll(store.id, { file_id: file.id }, { pollIntervalMs: 100 });
    const provider = createOpenAI({ baseURL: `${server.url}/v1`, apiKey: team.key });
    const ask = {
      model: provider("builtin/demo"),
      prompt: "How tall is the Fjordlight tower?",
      tools: { file_search: provider.tools.fileSearch({ vectorStoreIds: [store.id] }) },
    };
    const whole = await generateText(ask);
    expect(whole.text).toContain("330 metres");
    expect(whole.sources).toMatchObject([{ sourceType: "document", title: "tower.txt" }]);
    const streamed = streamText(ask);
    expect(await streamed.text).toContain("330 metres");
    expect(await streamed.sources).toMatchObject([{ sourceType: "document", title: "tower.txt" }]);
  });
});
