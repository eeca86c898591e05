import { describe, expect, test } from "vitest";
import { AppError } from "#server/errors";
import { isTerminalEvent, type ResponseEvent } from "#server/protocol/events";
import type { ResponseResource } from "#server/protocol/response";
import { brokenRules } from "#server/protocol/stream-rules";
import { FILE_SEARCH, fakeSearch } from "#tests/support/fake-search";
import { asWire, type EngineScript, runEngine, startEngine } from "#tests/support/run-engine";
import { callingTurn, sayingTurn, scriptedModel } from "#tests/support/scripted-model";

/** Runs the script, holds its stream against the rules and returns it with its final response. */
async function run(script: EngineScript): Promise<{ events: ResponseEvent[]; response: ResponseResource }> {
  const events = await runEngine(script);
  expect(brokenRules(asWire(events))).toEqual([]);
  const last = events.at(-1);
  if (!last || !isTerminalEvent(last)) throw new Error("no terminal event");
  return { events, response: last.response };
}

const search = (id: string, query = id) => ({ id, name: "file_search", arguments: { query } });
const weather = { type: "function", name: "get_weather", parameters: { type: "object", properties: {} } };

describe("a run", () => {
  test("answers with what the model says, read by read", async () => {
    const batches: string[][] = [];
    for await (const batch of startEngine({ model: scriptedModel(sayingTurn("Hel", "lo")) })) {
      batches.push(batch.map((event) => event.type.replace("response.", "")));
    }
    expect(batches).toEqual([
      ["created", "in_progress"],
      ["output_item.added", "content_part.added", "output_text.delta"],
      ["output_text.delta"],
      ["output_text.done", "content_part.done", "output_item.done"],
      ["completed"],
    ]);
  });

  test("asks for the next read only when the last one was taken", async () => {
    let reads = 0;
    const model = scriptedModel(async function* () {
      for (const text of ["a", "b", "c"]) {
        reads += 1;
        yield [{ type: "text", text }];
      }
    });
    const events = startEngine({ model });
    await events.next();
    expect(reads).toBe(0);
    await events.next();
    expect(reads).toBe(1);
    await events.next();
    expect(reads).toBe(2);
  });

  test("passes on what the caller set, and nothing that it did not", async () => {
    const model = scriptedModel(sayingTurn("ok"));
    await run({ model, body: { instructions: "Be brief.", temperature: 0.2, tools: [weather] } });
    expect(model.requests[0]).toMatchObject({
      instructions: "Be brief.",
      temperature: 0.2,
      topP: null,
      maxOutputTokens: null,
      topLogprobs: null,
      stop: null,
      seed: null,
      logitBias: null,
      toolChoice: { type: "auto" },
      format: { type: "text" },
      input: [{ type: "message", role: "user", content: [{ type: "text", text: "Hello" }] }],
      tools: [{ name: "get_weather", description: null, strict: false, hosted: null }],
    });
  });

  test("a function call of the client's ends it", async () => {
    const model = scriptedModel(callingTurn({ id: "c1", name: "get_weather", arguments: { city: "Ulm" } }));
    const { response } = await run({ model, body: { tools: [weather] } });
    expect(response.status).toBe("completed");
    expect(response.output).toMatchObject([{ type: "function_call", call_id: "c1", arguments: '{"city":"Ulm"}' }]);
    expect(model.requests).toHaveLength(1);
  });

  test("the usage of all model calls is summed", async () => {
    const usage = { inputTokens: 10, cachedTokens: 2, outputTokens: 5, reasoningTokens: 1 };
    const model = scriptedModel(
      [...callingTurn(search("c1")), [{ type: "usage", usage }]],
      [...sayingTurn("ok"), [{ type: "usage", usage }]],
    );
    const { response } = await run({ model, tools: [fakeSearch()], body: { tools: [FILE_SEARCH] } });
    expect(response.usage).toMatchObject({ input_tokens: 20, output_tokens: 10, total_tokens: 30 });
  });

  test("is incomplete when the model ran out of tokens, and keeps what was said", async () => {
    const model = scriptedModel([
      [{ type: "text", text: "Once upon" }],
      [{ type: "usage", usage: { inputTokens: 1, cachedTokens: 0, outputTokens: 16, reasoningTokens: 0 } }],
      [{ type: "finish", reason: "max_output_tokens" }],
    ]);
    const { events, response } = await run({ model, body: { max_output_tokens: 16 } });
    expect(events.at(-1)?.type).toBe("response.incomplete");
    expect(response).toMatchObject({
      status: "incomplete",
      incomplete_details: { reason: "max_output_tokens" },
      completed_at: null,
      output: [{ status: "incomplete", content: [{ text: "Once upon" }] }],
      usage: { output_tokens: 16 },
    });
  });

  test("max_output_tokens holds for all turns together", async () => {
    const usage = { inputTokens: 1, cachedTokens: 0, outputTokens: 30, reasoningTokens: 0 };
    const model = scriptedModel([...callingTurn(search("c1")), [{ type: "usage", usage }]], sayingTurn("ok"));
    const script = { tools: [fakeSearch()], body: { tools: [FILE_SEARCH], max_output_tokens: 100 } };
    await run({ model, ...script });
    expect(model.requests.map((request) => request.maxOutputTokens)).toEqual([100, 70]);

    const greedy = scriptedModel([...callingTurn(search("c1")), [{ type: "usage", usage }]]);
    const { response } = await run({ model: greedy, ...script, body: { ...script.body, max_output_tokens: 30 } });
    expect(response).toMatchObject({ status: "incomplete", incomplete_details: { reason: "max_output_tokens" } });
    expect(greedy.requests).toHaveLength(1);
  });
});

describe("a failure", () => {
  test("after the first words: what was said is kept, then error, then response.failed", async () => {
    const failures: AppError[] = [];
    const model = scriptedModel(async function* () {
      yield [{ type: "text", text: "Well" }];
      throw new AppError("provider_error", "The provider broke off.");
    });
    const { events, response } = await run({ model, onFailure: (error) => failures.push(error) });
    expect(events.slice(-2)).toMatchObject([
      {
        type: "error",
        code: "provider_error",
        error: { type: "server_error", message: "The provider broke off.", param: null },
      },
      { type: "response.failed" },
    ]);
    expect(response).toMatchObject({
      status: "failed",
      error: { code: "provider_error", message: "The provider broke off." },
      output: [{ status: "incomplete", content: [{ text: "Well" }] }],
    });
    expect(failures.map((error) => error.code)).toEqual(["provider_error"]);
  });

  test("of our own tells the client nothing of its inside", async () => {
    const model = scriptedModel(async function* () {
      yield [];
      throw new TypeError("secret detail");
    });
    const { events, response } = await run({ model });
    expect(JSON.stringify(events)).not.toContain("secret detail");
    expect(response.error?.code).toBe("internal_error");
  });

  test("after the vendor said that it was done changes nothing", async () => {
    const model = scriptedModel(async function* () {
      yield [
        { type: "text", text: "Done." },
        { type: "finish", reason: "stop" },
      ];
      throw new AppError("provider_error", "The socket was closed.");
    });
    expect((await run({ model })).response.status).toBe("completed");
  });
});

describe("an abort", () => {
  test("while the model is silent ends the response as cancelled, with what was said", async () => {
    const controller = new AbortController();
    const model = scriptedModel(async function* (request) {
      yield [
        { type: "text", text: "Let me" },
        { type: "usage", usage: { inputTokens: 7, cachedTokens: 0, outputTokens: 2, reasoningTokens: 0 } },
      ];
      await new Promise((_, reject) => {
        request.signal.addEventListener("abort", () => reject(request.signal.reason));
      });
    });
    const events = startEngine({ model, signal: controller.signal });
    await events.next();
    await events.next();
    const rest = events.next();
    controller.abort("the client is gone");
    const { value } = await rest;
    expect(value).toMatchObject([
      { type: "response.output_text.done" },
      { type: "response.content_part.done" },
      { type: "response.output_item.done", item: { status: "incomplete" } },
      { type: "response.incomplete", response: { status: "cancelled", error: null, usage: { input_tokens: 7 } } },
    ]);
  });

  test("does not wait for a tool that will not listen", async () => {
    const controller = new AbortController();
    const deaf = fakeSearch(() => {
      controller.abort();
      return new Promise(() => undefined);
    });
    const model = scriptedModel(callingTurn(search("c1")));
    const { response } = await run({ model, tools: [deaf], signal: controller.signal, body: { tools: [FILE_SEARCH] } });
    expect(response.status).toBe("cancelled");
    expect(response.output).toMatchObject([{ type: "file_search_call", status: "failed", queries: ["c1"] }]);
  });

  test("is final: a tool that ends later changes nothing any more", async () => {
    const controller = new AbortController();
    const late = Promise.withResolvers<string[]>();
    const deaf = fakeSearch(() => {
      controller.abort();
      return late.promise;
    });
    const model = scriptedModel(callingTurn(search("c1")));
    const { response } = await run({ model, tools: [deaf], signal: controller.signal, body: { tools: [FILE_SEARCH] } });
    const before = structuredClone(response);
    late.resolve(["found"]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(response).toEqual(before);
  });

  test("with an error of ours as its reason fails the response with it", async () => {
    const signal = AbortSignal.abort(new AppError("overloaded", "The server is shutting down."));
    const { response } = await run({ model: scriptedModel(sayingTurn("no")), signal });
    expect(response).toMatchObject({ status: "failed", error: { code: "overloaded" }, usage: null });
  });

  test("before the first word never calls the model", async () => {
    const model = scriptedModel(sayingTurn("no"));
    const { response } = await run({ model, signal: AbortSignal.abort() });
    expect(response.status).toBe("cancelled");
    expect(model.requests).toHaveLength(0);
  });
});
