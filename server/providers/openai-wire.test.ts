import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { setClock } from "#server/clock";
import { config, parseConfig, setConfig } from "#server/config";
import { closePools } from "#server/outbound/pools";
import { createOpenAiProvider } from "#server/providers/openai-wire";
import type { Connection, ModelRequest } from "#server/providers/provider";
import { installFakeClock } from "#tests/support/fake-clock";
import { collectEvents, modelRequest, testConnection, textIn } from "#tests/support/model-request";
import {
  chatText,
  type ScriptedUpstream,
  startScriptedUpstream,
  type UpstreamScript,
} from "#tests/support/scripted-upstream";

let upstream: ScriptedUpstream;
let connections = 0;
/** What the server says to the question, and to each of its two APIs. */
let onProbe: UpstreamScript;
let onResponses: UpstreamScript;

const RESPONSE = {
  object: "response",
  status: "completed",
  output: [{ type: "message", content: [{ type: "output_text", text: "responses" }] }],
};

beforeAll(async () => {
  setConfig(parseConfig({ PROVIDER_BACKOFF_SECONDS: "0.01" }));
  upstream = await startScriptedUpstream({ answersProbes: true });
  upstream.setDefault((exchange) => {
    if (!exchange.path.endsWith("/responses")) return chatText("chat")(exchange);
    return (Object.keys(exchange.body).length === 0 ? onProbe : onResponses)(exchange);
  });
});

beforeEach(() => {
  connections += 1;
  upstream.requests.length = 0;
  onProbe = (exchange) => exchange.json(400, { error: { message: "Missing required parameter: 'model'." } });
  onResponses = (exchange) => exchange.json(200, RESPONSE);
});

afterEach(() => setClock());

afterAll(async () => {
  await closePools();
  await upstream.close();
});

const connection = (change: Partial<Connection> = {}): Connection =>
  testConnection({ id: `pc_${connections}`, baseUrl: upstream.baseUrl, ...change });
const ask = async (target = connection(), change: Partial<ModelRequest> = {}) =>
  textIn(await collectEvents(createOpenAiProvider(target).languageModel("m"), modelRequest(change)));
const paths = () =>
  upstream.requests.map(({ path, body }) => (Object.keys(body).length === 0 ? "probe" : path.replace("/v1/", "")));

describe("which API a server is asked by", () => {
  test("is asked once, however many requests wait for the answer", async () => {
    const answers = await Promise.all([ask(), ask(), ask()]);
    expect(answers).toEqual(["responses", "responses", "responses"]);
    await ask();
    expect(paths()).toEqual(["probe", "responses", "responses", "responses", "responses"]);
  });

  test.each<[string, UpstreamScript]>([
    ["404", (exchange) => exchange.json(404, { detail: "Not Found" })],
    ["405", (exchange) => exchange.json(405, { error: { message: "Method Not Allowed" } })],
    ["501", (exchange) => exchange.json(501, { error: { message: "Not Implemented" } })],
    [
      "an answer of its own to everything",
      (exchange) => exchange.json(200, { object: "chat.completion", choices: [] }),
    ],
    ["an error with status 200", (exchange) => exchange.json(200, { error: "Unexpected endpoint or method." })],
  ])("is chat completions after %s, from then on", async (_name, script) => {
    onProbe = script;
    expect(await ask()).toBe("chat");
    expect(await ask()).toBe("chat");
    expect(paths()).toEqual(["probe", "chat/completions", "chat/completions"]);
  });

  test.each<[string, UpstreamScript]>([
    ["a refused credential", (exchange) => exchange.json(401, { error: { message: "no" } })],
    ["a failure", (exchange) => exchange.json(500, { error: { message: "oops" } })],
    ["a broken connection", (exchange) => exchange.cut()],
  ])("stays open after %s, and is asked again later", async (_name, script) => {
    const time = installFakeClock();
    onProbe = script;
    expect(await ask()).toBe("chat");
    expect(await ask()).toBe("chat");
    onProbe = (exchange) => exchange.json(422, { detail: [{ msg: "Field required" }] });
    time.advance(config().PROVIDER_WIRE_DOUBT_SECONDS + 1);
    expect(await ask()).toBe("responses");
    expect(paths()).toEqual(["probe", "chat/completions", "chat/completions", "probe", "responses"]);
  });

  test("is not waited for without end", async () => {
    const time = installFakeClock();
    onProbe = () => undefined;
    const answer = ask();
    await expect.poll(() => upstream.requests.length).toBe(1);
    time.advance(config().PROVIDER_WIRE_PROBE_SECONDS + 1);
    expect(await answer).toBe("chat");
  });

  test("is not waited for by a caller who leaves", async () => {
    const stop = new AbortController();
    onProbe = () => undefined;
    const answer = ask(connection(), { signal: stop.signal });
    await expect.poll(() => upstream.requests.length).toBe(1);
    stop.abort(new Error("left"));
    await expect(answer).rejects.toThrow("left");
  });

  test.each([
    ["responses", "responses"],
    ["chat", "chat"],
  ] as const)("is not asked when the connection says %s", async (wire, answer) => {
    expect(await ask(connection({ wire }))).toBe(answer);
    expect(paths()).not.toContain("probe");
  });

  test("changes to chat completions when the route is gone, within the same request", async () => {
    expect(await ask()).toBe("responses");
    onResponses = (exchange) => exchange.json(404, { error: { message: "Not Found" } });
    expect(await ask()).toBe("chat");
    expect(await ask()).toBe("chat");
    expect(paths()).toEqual(["probe", "responses", "responses", "chat/completions", "chat/completions"]);
  });

  test("does not change for a model that is missing", async () => {
    onResponses = (exchange) => exchange.json(404, { error: { message: "The model `m` does not exist." } });
    await expect(ask()).rejects.toMatchObject({ code: "model_not_found" });
  });

  test("is chat completions for what only they can be asked", async () => {
    expect(await ask(connection(), { stop: ["END"] })).toBe("chat");
    expect(await ask(connection(), { seed: 1 })).toBe("chat");
    const prediction = { type: "content", content: "The same again." };
    expect(await ask(connection(), { passed: { prediction, user: "u", reasoning: { mode: "pro" } } })).toBe("chat");
    expect(upstream.requests.at(-1)?.body).toMatchObject({ prediction, user: "u" });
    expect(upstream.requests.at(-1)?.body).not.toHaveProperty("reasoning");
  });

  test("is known for OpenAI itself without asking", () => {
    const model = createOpenAiProvider(testConnection({ baseUrl: "https://api.openai.com/v1" })).languageModel("m");
    expect(model.tellsSettings).toBe(true);
  });
});

describe("tools that the server runs", () => {
  const runsTools = (target: Connection) =>
    createOpenAiProvider(target).languageModel("m").runsTools?.(new AbortController().signal) ?? false;

  test("are run by servers that speak the Responses API only", async () => {
    expect(await runsTools(connection())).toBe(true);
    expect(await runsTools(connection({ wire: "chat" }))).toBe(false);
    onProbe = (exchange) => exchange.json(404, {});
    expect(await runsTools(connection({ id: `pc_${connections}_chat` }))).toBe(false);
  });

  test("are refused when the route turns out to be gone", async () => {
    const vendorTools = { tools: [{ type: "web_search" as const }], include: [], maxCalls: null };
    expect(await ask(connection(), { vendorTools })).toBe("responses");
    onResponses = (exchange) => exchange.json(404, { error: { message: "Not Found" } });
    await expect(ask(connection(), { vendorTools })).rejects.toMatchObject({ code: "unknown_tool_type" });
  });
});
