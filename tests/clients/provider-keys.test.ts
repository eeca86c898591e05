import { Agent, OpenAIResponsesModel, run, setTracingDisabled } from "@openai/agents";
import OpenAI from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type ScriptedUpstream, startScriptedUpstream } from "#tests/support/scripted-upstream";
import { type RunningServer, startServer } from "#tests/support/server";

// The caller's own provider key as the bearer, as Masaic's Open Responses takes it: its README's three ways in.
let upstream: ScriptedUpstream;
let server: RunningServer;

const PROVIDER_KEY = "sk-of-the-caller";

beforeAll(async () => {
  setTracingDisabled(true);
  upstream = await startScriptedUpstream();
  server = await startServer({
    env: { OPENAI_API_KEY: "sk-of-the-server", OPENAI_BASE_URL: upstream.baseUrl, PROVIDER_KEY_PASSTHROUGH: "on" },
  });
});

afterAll(async () => {
  await server.stop();
  await upstream.close();
  await server.remove();
});

beforeEach(() => {
  upstream.requests.length = 0;
});

function sdk(): OpenAI {
  return new OpenAI({
    baseURL: `${server.url}/v1`,
    apiKey: PROVIDER_KEY,
    defaultHeaders: { "x-model-provider": "openai" },
    maxRetries: 0,
  });
}

function expectCallersKey(model: string): void {
  expect(upstream.requests).toHaveLength(1);
  expect(upstream.requests[0]?.headers.authorization).toBe(`Bearer ${PROVIDER_KEY}`);
  expect(upstream.requests[0]?.body.model).toBe(model);
}

describe("a provider's key as the bearer", () => {
  it("works as with curl: a message without a type", async () => {
    const answer = await fetch(`${server.url}/v1/responses`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        authorization: `Bearer ${PROVIDER_KEY}`,
        "x-model-provider": "openai",
      },
      body: JSON.stringify({
        model: "gpt-4o",
        stream: false,
        input: [{ role: "user", content: "Write a poem" }],
      }),
    });
    expect(answer.status).toBe(200);
    expectCallersKey("gpt-4o");
  });

  it("works with the OpenAI SDK, streaming or not", async () => {
    const answer = await sdk().responses.create({ model: "gpt-4o-mini", input: "Write a poem" });
    expect(answer.output_text).toBe("Hello from upstream.");
    expectCallersKey("gpt-4o-mini");
    upstream.requests.length = 0;
    const streamed = await sdk().responses.stream({ model: "gpt-4o-mini", input: "Write a poem" }).finalResponse();
    expect(streamed.output_text).toBe("Hello from upstream.");
    expectCallersKey("gpt-4o-mini");
  });

  it("works with the Agents SDK", async () => {
    const agent = new Agent({
      name: "Assistant",
      instructions: "You write funny poems of 4 lines.",
      model: new OpenAIResponsesModel(sdk(), "gpt-4o-mini"),
    });
    expect((await run(agent, "Write a poem")).finalOutput).toBe("Hello from upstream.");
    expectCallersKey("gpt-4o-mini");
  });

  it("works with the provider before an @ in the model's name", async () => {
    const client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: PROVIDER_KEY, maxRetries: 0 });
    await client.responses.create({ model: "openai@gpt-4o", input: "Hi" });
    expectCallersKey("gpt-4o");
  });

  it("works with chat completions and embeddings", async () => {
    const messages = [{ role: "user" as const, content: "Hi" }];
    const made = await sdk().chat.completions.create({ model: "gpt-4o", messages, store: true });
    expectCallersKey("gpt-4o");
    expect((await sdk().chat.completions.retrieve(made.id)).id).toBe(made.id);
    upstream.requests.length = 0;
    upstream.script((exchange) => exchange.json(200, { data: [{ embedding: [1] }] }));
    await sdk().embeddings.create({ model: "text-embedding-3-small", input: "Hi" });
    expectCallersKey("text-embedding-3-small");
  });

  it("never uses the server's own key for a stranger", async () => {
    const client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: "sk-stranger", maxRetries: 0 });
    await client.responses.create({ model: "openai/gpt-4o", input: "Hi" });
    expect(upstream.requests[0]?.headers.authorization).toBe("Bearer sk-stranger");
  });
});
