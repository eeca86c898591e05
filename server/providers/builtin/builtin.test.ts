import { describe, expect, it } from "vitest";
import { piecesOf } from "#server/providers/builtin/pieces";
import { parsePassages, quotePassages } from "#server/providers/builtin/quote-passages";
import type { ModelEvent, ModelRequest, ModelTool } from "#server/providers/provider";
import { createProvider } from "#server/providers/registry";
import { writePassages } from "#server/tools/file-search/passages";
import {
  callsIn,
  collectEvents,
  modelRequest,
  reasoningIn,
  testConnection,
  textIn,
  userMessage,
} from "#tests/support/model-request";

const builtin = createProvider(testConnection({ id: "builtin", name: "builtin", kind: "builtin", apiKey: null }));
const demo = builtin.languageModel("demo");

const weather: ModelTool = {
  name: "get_weather",
  description: "Get the current weather",
  parameters: {
    type: "object",
    properties: { city: { type: "string" }, unit: { enum: ["celsius", "fahrenheit"] } },
    required: ["city"],
  },
  strict: false,
  hosted: null,
};
const clock: ModelTool = {
  ...weather,
  name: "get_time",
  description: "Tell the time",
  parameters: { type: "object", properties: {} },
};
const search: ModelTool = {
  ...weather,
  name: "file_search",
  description: "Search the documents",
  parameters: {
    type: "object",
    properties: { query: { type: "string", maxLength: 4000 }, queries: { type: "array", items: { type: "string" } } },
  },
  hosted: "file_search",
};

/** Passages as the search tool writes them. */
function passages(...given: { filename: string; page: number | null; text: string }[]): string {
  let number = 0;
  return writePassages(
    given.map((passage) => ({
      fileId: "file-1",
      chunkId: "1",
      charStart: 0,
      charEnd: passage.text.length,
      ...passage,
    })),
    () => `【${++number}】`,
  ).output;
}

const say = (text: string, change: Partial<ModelRequest> = {}): Promise<ModelEvent[]> =>
  collectEvents(demo, modelRequest({ input: [userMessage(text)], ...change }));

function answered(question: string, output: string): ModelRequest["input"] {
  return [
    userMessage(question),
    { type: "tool_call", callId: "c1", name: "file_search", arguments: "{}" },
    {
      type: "tool_result",
      callId: "c1",
      name: "file_search",
      output: [{ type: "text", text: output }],
      isError: false,
    },
  ];
}

describe("builtin/demo in a chat", () => {
  it("says in its first sentence what it is, and how to connect a real model", async () => {
    const text = textIn(await say("Hello there"));
    expect(text.split(". ")[0]).toMatch(/built-in demo model.*no large language model/);
    expect(text).toMatch(/OPENAI_API_KEY/);
    expect(text).toContain("“Hello there”");
  });

  it("answers the same every time, in several deltas, with usage", async () => {
    const first = await say("Hello");
    expect(await say("Hello")).toEqual(first);
    expect(first.filter((event) => event.type === "text").length).toBeGreaterThan(5);
    expect(first.at(-1)).toEqual({ type: "finish", reason: "stop" });
    const usage = first.find((event) => event.type === "usage")?.usage;
    expect(usage?.outputTokens).toBe(piecesOf(textIn(first)).length);
    expect(usage?.inputTokens).toBeGreaterThan(0);
  });

  it("remembers what was said before", async () => {
    const input = [userMessage("My name is Ada"), userMessage("What did I say?")];
    expect(textIn(await collectEvents(demo, modelRequest({ input })))).toContain("My name is Ada");
  });

  it("stops at the token limit", async () => {
    const events = await say("Hello", { maxOutputTokens: 16 });
    expect(events.at(-1)).toEqual({ type: "finish", reason: "max_output_tokens" });
    expect(piecesOf(textIn(events))).toHaveLength(16);
    const inCall = await say("weather in Paris", { maxOutputTokens: 3, tools: [weather] });
    expect(Object.values(callsIn(inCall))).toMatchObject([{ done: false }]);
  });

  it("ends before a stop text, whichever comes first, with all its tokens counted", async () => {
    const whole = textIn(await say("Hi"));
    const events = await say("Hi", { stop: ["server", "demo model"] });
    expect(textIn(events)).toBe(whole.slice(0, whole.indexOf("demo model")));
    expect(events.at(-1)).toEqual({ type: "finish", reason: "stop" });
    expect(textIn(await say("Hi", { stop: ["nowhere in it"] }))).toBe(whole);
  });

  it("summarises its reasoning when effort is asked for", async () => {
    const events = await say("Hello", { reasoning: { effort: "low", summary: null } });
    expect(reasoningIn(events)).toContain("fixed rules");
    expect(events.find((event) => event.type === "usage")?.usage.reasoningTokens).toBeGreaterThan(0);
    expect(reasoningIn(await say("Hello", { reasoning: { effort: "none", summary: null } }))).toBe("");
  });

  it("stops when it is told to", async () => {
    const stop = new AbortController();
    const reason = new Error("enough");
    const reading = (async () => {
      for await (const events of demo.stream(modelRequest({ signal: stop.signal })))
        if (textIn(events) !== "") stop.abort(reason);
    })();
    await expect(reading).rejects.toBe(reason);
  });
});

describe("builtin/demo with functions", () => {
  const only = async (events: Promise<ModelEvent[]>) =>
    Object.values(callsIn(await events)).map(({ name, arguments: args }) => [name, JSON.parse(args)]);

  it("calls the one that the message asks for", async () => {
    expect(await only(say("What is the weather in Paris in celsius?", { tools: [clock, weather] }))).toEqual([
      ["get_weather", { city: "Paris", unit: "celsius" }],
    ]);
    expect(await only(say("please run get_time", { tools: [clock, weather] }))).toEqual([["get_time", {}]]);
  });

  it("calls once for each of several values, unless calls must not be parallel", async () => {
    const two = [
      ["get_weather", { city: "Paris" }],
      ["get_weather", { city: "New York" }],
    ];
    expect(await only(say("Weather in Paris and New York?", { tools: [weather] }))).toEqual(two);
    expect(
      await only(say("Weather in Paris and New York?", { tools: [weather], parallelToolCalls: false })),
    ).toHaveLength(1);
  });

  it("leaves them alone when nothing asks for them", async () => {
    expect(await only(say("Hello, how are you?", { tools: [weather, clock] }))).toEqual([]);
    expect(await only(say("weather in Paris", { tools: [weather], toolChoice: { type: "none" } }))).toEqual([]);
  });

  it.each([
    [{ type: "required" }, "get_weather"],
    [{ type: "tool", name: "get_time" }, "get_time"],
    [{ type: "allowed", names: ["get_time"], mode: "required" }, "get_time"],
  ] as const)("obeys %j", async (toolChoice, name) => {
    const choice = toolChoice.type === "allowed" ? { ...toolChoice, names: [...toolChoice.names] } : toolChoice;
    const calls = await only(say("Hello", { tools: [weather, clock], toolChoice: choice }));
    expect(calls.map(([called]) => called)).toEqual([name]);
  });

  it("tells what a function returned, and does not call it again", async () => {
    const input: ModelRequest["input"] = [
      userMessage("weather in Paris"),
      { type: "tool_call", callId: "c", name: "get_weather", arguments: "{}" },
      {
        type: "tool_result",
        callId: "c",
        name: "get_weather",
        output: [{ type: "text", text: '{"sky":"clear"}' }],
        isError: false,
      },
    ];
    const events = await collectEvents(
      demo,
      modelRequest({ input, tools: [weather], toolChoice: { type: "required" } }),
    );
    expect(callsIn(events)).toEqual({});
    expect(textIn(events)).toContain('{"sky":"clear"}');
  });

  it("fills a JSON schema", async () => {
    const schema = {
      type: "object",
      properties: { name: { type: "string" } },
      required: ["name"],
      additionalProperties: false,
    };
    const events = await say('Call it "Rosebud"', {
      format: { type: "json_schema", name: "n", description: null, schema, strict: true },
    });
    expect(JSON.parse(textIn(events))).toEqual({ name: "Rosebud" });
    expect(events.filter((event) => event.type === "text").length).toBeGreaterThan(1);
  });
});

describe("builtin/demo with documents", () => {
  it("searches with the question first, before any function", async () => {
    const events = await say("What is the weather in the document?", { tools: [weather, search] });
    expect(callsIn(events)).toMatchObject({ [Object.keys(callsIn(events))[0] ?? ""]: { name: "file_search" } });
    expect(JSON.parse(Object.values(callsIn(events))[0]?.arguments ?? "{}")).toEqual({
      query: "What is the weather in the document?",
    });
  });

  it("quotes the sentences that fit, word for word, with their markers", async () => {
    const output = passages(
      { filename: "fruit.md", page: null, text: "Bananas are yellow. They grow in the tropics." },
      {
        filename: "paper.pdf",
        page: 3,
        text: "The network timestamps transactions.\nA proof-of-work is hard to\nproduce but easy to verify. It costs time.",
      },
    );
    const text = textIn(
      await collectEvents(demo, modelRequest({ input: answered("What is a proof-of-work?", output), tools: [search] })),
    );
    expect(text).toContain("“A proof-of-work is hard to produce but easy to verify.” 【2】");
    expect(text).toContain("paper.pdf");
    expect(text).not.toContain("Bananas");
  });

  it("says plainly when nothing fits, and cites nothing", async () => {
    const output = passages({ filename: "fruit.md", page: null, text: "Bananas are yellow." });
    const text = textIn(
      await collectEvents(
        demo,
        modelRequest({ input: answered("Who invented the telescope?", output), tools: [search] }),
      ),
    );
    expect(text).toMatch(/no sentence .* fits/);
    expect(text).not.toContain("【");
    const none = textIn(
      await collectEvents(demo, modelRequest({ input: answered("Anything?", passages()), tools: [search] })),
    );
    expect(none).toContain("found nothing");
  });

  it("reads blocks only where they begin a line", () => {
    expect(
      parsePassages("Write 【1】 after it.\n\n【1】 a.txt, page 2\nOne.\nTwo 【9】 in text.\n---\n【2】 b.txt\nThree."),
    ).toEqual([
      { marker: "【1】", source: "a.txt, page 2", text: "\nOne.\nTwo 【9】 in text." },
      { marker: "【2】", source: "b.txt", text: "\nThree." },
    ]);
  });

  it("answers a question about the whole with how the passages begin", () => {
    const found = quotePassages(
      [
        {
          marker: "【1】",
          source: "a",
          text: "Title\n\nThis paper describes a peer-to-peer cash system. More follows.",
        },
      ],
      "What is this document about?",
    );
    expect(found.map(({ sentence }) => sentence)).toEqual(["This paper describes a peer-to-peer cash system."]);
  });

  it("cuts an endless sentence at words, each piece standing in the text", () => {
    const text = `start ${"lorem ipsum dolor ".repeat(100)}telescope end`;
    const [quote] = quotePassages([{ marker: "【1】", source: "a", text }], "telescope");
    expect(quote?.sentence.length).toBeLessThanOrEqual(420);
    expect(text).toContain(quote?.sentence);
  });
});

describe("builtin/echo", () => {
  it("streams the text back as it came", async () => {
    const text = "Zwölf Boxkämpfer\n\n  jagen 🦊  Viktor.";
    expect(
      textIn(await collectEvents(builtin.languageModel("echo"), modelRequest({ input: [userMessage(text)] }))),
    ).toBe(text);
  });
});
