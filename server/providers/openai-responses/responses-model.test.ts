import { beforeEach, describe, expect, test } from "vitest";
import { createResponsesModel } from "#server/providers/openai-responses/responses-model";
import type { Connection } from "#server/providers/provider";
import { collectEvents, modelRequest, testConnection, textIn } from "#tests/support/model-request";
import type { UpstreamScript } from "#tests/support/scripted-upstream";
import { upstreamForSuite } from "#tests/support/upstream-suite";

const upstream = upstreamForSuite({ PROVIDER_BACKOFF_SECONDS: "0.01" });
let connections = 0;

beforeEach(() => {
  connections += 1;
});

/** Each test asks a server that this process has not met. */
const connection = (): Connection => testConnection({ id: `pc_${connections}`, baseUrl: upstream.baseUrl });
const ask = (modelId = "m") =>
  collectEvents(createResponsesModel(connection(), modelId), modelRequest({ promptCacheKey: "k" }));
const refusing =
  (status: number, error: object): UpstreamScript =>
  (exchange) =>
    exchange.json(status, { error });
const answer = {
  object: "response",
  status: "completed",
  output: [{ type: "message", content: [{ type: "output_text", text: "Hello" }] }],
};
const answering: UpstreamScript = (exchange) => exchange.json(200, answer);

describe("a server that refuses what it need not know", () => {
  test.each([
    ["include", { message: "Encrypted content is not supported with this model.", param: "include" }],
    ["include", { message: "Unknown value 'reasoning.encrypted_content'" }],
    ["store", { message: "Unsupported parameter: 'store'", param: "store" }],
    ["prompt_cache_key", { message: "Unrecognized request argument supplied: prompt_cache_key" }],
  ])("is asked again without %s, and never again with it", async (field, error) => {
    upstream.script(refusing(400, error), answering, answering);
    expect(textIn(await ask())).toBe("Hello");
    expect(textIn(await ask())).toBe("Hello");
    const bodies = upstream.requests.map((request) => request.body);
    expect(bodies.map((body) => field in body)).toEqual([true, false, false]);
  });

  test("is believed when it means the request itself", async () => {
    upstream.script(
      refusing(400, { message: "Invalid 'input'.", type: "invalid_request_error", param: "input", code: "bad" }),
    );
    await expect(ask()).rejects.toMatchObject({ code: "invalid_request", param: "input", wireCode: "bad" });
    expect(upstream.requests).toHaveLength(1);
  });

  test("is not asked without end", async () => {
    upstream.setDefault(refusing(422, { message: "'store' is not known." }));
    await expect(ask()).rejects.toMatchObject({ detail: { status: 422 } });
    expect(upstream.requests).toHaveLength(2);
  });
});

describe("a server that does not stream", () => {
  test("is understood all the same", async () => {
    upstream.script(answering);
    expect(textIn(await ask())).toBe("Hello");
  });

  test.each([
    ["an error", { error: { message: "Unexpected endpoint" } }, "Unexpected endpoint"],
    ["a chat completion", { object: "chat.completion", choices: [] }, "no response"],
  ])("does not pass %s off as an answer", async (_name, body, words) => {
    upstream.script((exchange) => exchange.json(200, body));
    await expect(ask()).rejects.toThrow(words);
  });
});

describe("a stream", () => {
  const frames = (...events: object[]) => events.map((event) => `data: ${JSON.stringify(event)}\r\n\r\n`).join("");
  const hello = { type: "response.output_text.delta", delta: "Hello" };

  test("may end with [DONE] alone, in CRLF and without event lines", async () => {
    upstream.script((exchange) => {
      exchange.sendRaw(`: ping\r\n\r\n${frames(hello)}`);
      exchange.done();
    });
    expect(textIn(await ask())).toBe("Hello");
  });

  test("that says nothing before its end mark is no answer", async () => {
    upstream.script((exchange) => exchange.done());
    await expect(ask()).rejects.toMatchObject({ code: "provider_error" });
  });

  test("passes on what was said before it failed", async () => {
    const heard: string[] = [];
    upstream.script((exchange) => {
      exchange.sendRaw(frames(hello, { type: "error", code: "boom", message: "It broke." }));
      exchange.end();
    });
    const read = async () => {
      const model = createResponsesModel(connection(), "m");
      for await (const events of model.stream(modelRequest())) heard.push(textIn(events));
    };
    await expect(read()).rejects.toMatchObject({ wireCode: "boom" });
    expect(heard.join("")).toBe("Hello");
  });
});
