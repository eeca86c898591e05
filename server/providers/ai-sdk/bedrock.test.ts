import {
  BedrockRuntimeClient,
  ConverseStreamCommand,
  type ConverseStreamOutput,
} from "@aws-sdk/client-bedrock-runtime";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createBedrockProvider } from "#server/providers/ai-sdk/bedrock";
import type { Connection, ModelEvent, ModelInput, ModelRequest } from "#server/providers/provider";
import { expectedSignature } from "#tests/support/aws-signature";
import { encodeFrames } from "#tests/support/event-stream";
import { collectEvents, modelRequest, testConnection, textIn, userMessage } from "#tests/support/model-request";
import { upstreamForSuite } from "#tests/support/upstream-suite";
import { playing, vendorWire } from "#tests/support/vendor-wires";

const CLAUDE = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
const KEYS = { accessKeyId: "AKIATESTTESTTEST1234", secretAccessKey: "wJalr/XUtnFEMI+K7MDENG/secret" };
const OPERATORS = {
  AWS_ACCESS_KEY_ID: "AKIAOPERATOROPERATOR",
  AWS_SECRET_ACCESS_KEY: "canary-secret-access-key",
  AWS_SESSION_TOKEN: "canary-session-token",
  AWS_BEARER_TOKEN_BEDROCK: "canary-bearer-token",
  AWS_REGION: "ap-canary-9",
  AWS_ENDPOINT_URL: "http://127.0.0.1:9/canary",
  AWS_ENDPOINT_URL_BEDROCK_RUNTIME: "http://127.0.0.1:9/canary",
};
const { signal } = new AbortController();
const wire = vendorWire("bedrock");

const upstream = upstreamForSuite({ PROVIDER_BACKOFF_SECONDS: "0.01" });

beforeAll(() => {
  for (const [name, value] of Object.entries(OPERATORS)) vi.stubEnv(name, value);
});
afterAll(() => {
  vi.unstubAllEnvs();
});

const connected = (change: Partial<Connection> = {}) =>
  testConnection({ kind: "bedrock", baseUrl: upstream.baseUrl, settings: { region: "us-east-1" }, ...change });

const ask = (change: Partial<ModelRequest> = {}, connection = connected(), modelId = CLAUDE): Promise<ModelEvent[]> =>
  collectEvents(createBedrockProvider(connection).languageModel(modelId), modelRequest(change));

function sealsIn(events: ModelEvent[]): ModelInput[] {
  return events.flatMap((event) =>
    event.type === "reasoning_encrypted"
      ? [{ type: "reasoning", text: "", summary: [], encryptedContent: event.encryptedContent }]
      : [],
  );
}

describe("the credential", () => {
  it("is a Bedrock API key, sent as it is", async () => {
    upstream.script(playing(wire, "text"));
    await ask();
    expect(upstream.requests[0]).toMatchObject({
      path: `/v1/model/${encodeURIComponent(CLAUDE)}/converse-stream`,
      headers: { authorization: "Bearer sk-test-1234567890" },
    });
    expect(JSON.stringify(upstream.requests[0]?.headers)).not.toMatch(/canary|OPERATOR/);
  });

  it.each([undefined, "session/token+of=mine"])(
    "is an access key that signs, with the session token %s",
    async (sessionToken) => {
      const connection = connected({ apiKey: JSON.stringify({ ...KEYS, sessionToken }) });
      upstream.script(playing(wire, "text"), (exchange) => exchange.json(200, { modelSummaries: [] }));
      upstream.setDefault((exchange) => exchange.json(200, {}));
      await ask({ input: [userMessage("wörld 🌍")] }, connection);
      await createBedrockProvider(connection).listModels?.(signal);
      expect(upstream.requests).toHaveLength(3);
      for (const request of upstream.requests) {
        expect(request.headers.authorization).toBe(
          expectedSignature(request, { secretAccessKey: KEYS.secretAccessKey, region: "us-east-1" }),
        );
        expect(request.headers["x-amz-security-token"]).toBe(sessionToken);
        expect(JSON.stringify([request.headers, request.rawBody])).not.toMatch(/canary|OPERATOR|secret/);
      }
    },
  );

  it("that is half one goes nowhere", async () => {
    for (const apiKey of ["{", "{}", JSON.stringify({ accessKeyId: "AKIATESTTESTTEST1234" })]) {
      await expect(ask({}, connected({ apiKey }))).rejects.toMatchObject({
        code: "provider_auth_error",
        message: expect.stringContaining("API key, or an access key with its secret"),
      });
    }
    expect(upstream.requests).toHaveLength(0);
  });

  it.each([undefined, "", "us-east-1.evil.example/", "ap-canary"])(
    "goes nowhere with the region %j",
    async (region) => {
      const settings = region === undefined ? {} : { region };
      await expect(ask({}, connected({ settings, baseUrl: null }))).rejects.toMatchObject({
        code: "provider_error",
        message: expect.stringContaining("us-east-1"),
      });
      expect(upstream.requests).toHaveLength(0);
    },
  );

  it("is given away by no error", async () => {
    const connection = connected({ apiKey: JSON.stringify({ ...KEYS, sessionToken: "session-token" }) });
    upstream.script((exchange) =>
      exchange.json(403, { message: `The key ${KEYS.accessKeyId} with ${KEYS.secretAccessKey} and session-token` }),
    );
    const failure: unknown = await ask({}, connection).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "provider_auth_error" });
    expect(JSON.stringify([failure, String(failure)])).not.toMatch(/AKIATEST|wJalr|session-token/);
  });
});

describe("reasoning", () => {
  it("comes back as it was signed", async () => {
    upstream.script(playing(wire, "reasoning"), playing(wire, "text"));
    const reasoning = { effort: "low", summary: null };
    const seals = sealsIn(await ask({ reasoning }));
    expect(seals).toHaveLength(1);
    await ask({ reasoning, input: [userMessage("2+2?"), ...seals, userMessage("Sure?")] });
    expect(JSON.stringify(upstream.requests[1]?.body.messages)).toContain(
      '{"reasoningContent":{"reasoningText":{"text":"Let me think.","signature":"EqQBCgIYAhIM"}}}',
    );
  });

  it("that nobody may read comes back too, before the call that it led to", async () => {
    upstream.script(playing(wire, "hidden-reasoning"), playing(wire, "text"));
    const seals = sealsIn(await ask({}));
    const call: ModelInput = {
      type: "tool_call",
      callId: "call_a",
      name: "get_weather",
      arguments: '{"city":"Paris"}',
    };
    const tools = [
      { name: "get_weather", description: null, parameters: { type: "object" }, strict: false, hosted: null },
    ];
    await ask({ tools, input: [userMessage("Weather?"), ...seals, call] });
    expect(JSON.stringify(upstream.requests[1]?.body.messages)).toMatch(
      /\{"reasoningContent":\{"redactedContent":"RW5jcnlwdGVk"\}\},\{"toolUse"/,
    );
  });
});

describe("errors", () => {
  it("of a model that there is not are told as such", async () => {
    upstream.script((exchange) => exchange.json(400, { message: "The provided model identifier is invalid." }));
    await expect(ask()).rejects.toMatchObject({ code: "model_not_found", param: "model" });
  });

  it("in the middle of a stream are told by their status", async () => {
    const failing = (exception: string, message: string) =>
      upstream.script((exchange) => {
        exchange.sendRaw(encodeFrames([{ exception, data: { message } }]));
        exchange.end();
      });
    failing("throttlingException", "Too many requests");
    await expect(ask()).rejects.toMatchObject({ code: "provider_error", detail: { status: 429 } });
    failing("validationException", "Input is too long for requested model.");
    await expect(ask()).rejects.toMatchObject({ code: "context_length_exceeded" });
    failing("modelStreamErrorException", "The model broke");
    await expect(ask()).rejects.toMatchObject({ detail: { status: 424 }, message: expect.stringContaining("broke") });
  });
});

it("shows results of tools also where none may be called any more", async () => {
  upstream.script(playing(wire, "text"));
  const tools = [{ name: "find", description: null, parameters: { type: "object" }, strict: false, hosted: null }];
  await ask({
    tools,
    toolChoice: { type: "none" },
    input: [
      userMessage("Find it."),
      { type: "tool_call", callId: "c", name: "find", arguments: '{"q":"x"}' },
      { type: "tool_result", callId: "c", name: "find", output: [{ type: "text", text: "found-17" }], isError: false },
    ],
  });
  expect(upstream.requests[0]?.body.toolConfig).toBeUndefined();
  expect(JSON.stringify(upstream.requests[0]?.body.messages)).toMatch(/find.*x.*found-17/);
});

describe("models and embeddings", () => {
  it("lists what can be asked on demand, and profiles in the place of their models", async () => {
    const model = (modelId: string, inferenceTypesSupported: string[], outputModalities = ["TEXT"]) => ({
      ...{ modelId, providerName: "Anthropic", inferenceTypesSupported, outputModalities },
      ...{ inputModalities: ["TEXT", "IMAGE"], responseStreamingSupported: true },
    });
    const modelSummaries = [
      model("anthropic.claude-x", ["INFERENCE_PROFILE"]),
      model("amazon.nova-x", ["ON_DEMAND"]),
      model("amazon.titan-embed-x", ["ON_DEMAND"], ["EMBEDDING"]),
    ];
    const modelArn = "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-x";
    const inferenceProfileSummaries = [{ inferenceProfileId: "us.anthropic.claude-x", models: [{ modelArn }] }];
    upstream.setDefault((exchange) =>
      exchange.json(200, exchange.path.includes("profiles") ? { inferenceProfileSummaries } : { modelSummaries }),
    );
    const provider = createBedrockProvider(connected());
    expect(await provider.listModels?.(signal)).toMatchObject([
      { id: "amazon.nova-x", kind: "language", modalities: { input: ["text", "image"], output: ["text"] } },
      { id: "amazon.titan-embed-x", kind: "embedding" },
      { id: "us.anthropic.claude-x", kind: "language", ownedBy: "Anthropic" },
    ]);
    upstream.setDefault((exchange) =>
      exchange.path.includes("profiles")
        ? exchange.json(403, { message: "not authorized" })
        : exchange.json(200, { modelSummaries }),
    );
    expect(await provider.listModels?.(signal)).toHaveLength(2);
  });

  it("embeds with Titan one text at a time, in order", async () => {
    upstream.setDefault((exchange) =>
      exchange.json(200, { embedding: [String(exchange.body.inputText).length, 0], inputTextTokenCount: 3 }),
    );
    const model = createBedrockProvider(connected()).embeddingModel?.("amazon.titan-embed-text-v2:0");
    let tokens = 0;
    const texts = ["a", "bb", "ccc", "dddd", "eeeee"];
    const vectors = await model?.embed(texts, { signal, kind: "document", onUsage: (more) => (tokens += more) });
    expect(vectors?.map(([length]) => length)).toEqual([1, 2, 3, 4, 5]);
    expect([tokens, upstream.requests.length]).toEqual([15, 5]);
  });

  it("embeds with Cohere's models many at once, told what for", async () => {
    const vectors = [1, 2].map((value) => Array.from({ length: 256 }, () => value));
    upstream.setDefault((exchange) => exchange.json(200, { embeddings: { float: vectors } }));
    const model = createBedrockProvider(connected()).embeddingModel?.("cohere.embed-v4:0", { reduceTo: 256 });
    const onUsage = vi.fn();
    expect(await model?.embed(["a", "b"], { signal, kind: "query", onUsage })).toEqual(vectors);
    expect(upstream.requests[0]?.body).toMatchObject({
      texts: ["a", "b"],
      input_type: "search_query",
      output_dimension: 256,
    });
    expect(onUsage).not.toHaveBeenCalled();
  });
});

describe("what stands in for Bedrock", () => {
  async function readByAws(stream: string | Buffer): Promise<ConverseStreamOutput[]> {
    upstream.script((exchange) => {
      exchange.openStream({ "content-type": "application/vnd.amazon.eventstream" });
      exchange.sendRaw(stream);
      exchange.end();
    });
    const client = new BedrockRuntimeClient({
      ...{ region: "us-east-1", endpoint: upstream.baseUrl, credentials: KEYS, authSchemePreference: ["sigv4"] },
      requestHandler: new NodeHttpHandler(),
    });
    try {
      const answer = await client.send(new ConverseStreamCommand({ modelId: CLAUDE, messages: [] }));
      const events: ConverseStreamOutput[] = [];
      for await (const event of answer.stream ?? []) events.push(event);
      return events;
    } finally {
      client.destroy();
    }
  }

  it.each(["text", "json", "length", "parallel-tools", "reasoning", "hidden-reasoning"])(
    "is read by AWS's own SDK: %s",
    async (name) => {
      const events = await readByAws(wire.fixture(name));
      expect(events[0]).toEqual({ messageStart: { role: "assistant" } });
      expect(events.at(-2)?.messageStop?.stopReason).toMatch(/^(end_turn|max_tokens|tool_use)$/);
      expect(events.at(-1)?.metadata?.usage?.totalTokens).toBeGreaterThan(0);
      expect(events.some(({ $unknown }) => $unknown !== undefined)).toBe(false);
      const said = events.map((event) => event.contentBlockDelta?.delta?.text ?? "").join("");
      upstream.script(playing(wire, name));
      expect(textIn(await ask())).toBe(said);
    },
  );

  it("fails for AWS's own SDK as for us", async () => {
    await expect(readByAws(wire.streamError)).rejects.toMatchObject({ name: "ServiceUnavailableException" });
  });
});

describe("the end of a prefix that a cache is to keep", () => {
  const content = [{ type: "text" as const, text: "Long.", endsPrefix: true as const }];
  const input: ModelInput[] = [
    { type: "message", role: "system", content },
    { type: "message", role: "user", content },
  ];
  const point = { cachePoint: { type: "default" } };

  it.each([
    [CLAUDE, [{ text: "Long." }, point]],
    ["us.amazon.nova-pro-v1:0", [{ text: "Long." }, point]],
    ["meta.llama3-70b-instruct-v1:0", [{ text: "Long." }]],
  ])("is told to models that have one: %s", async (modelId, said) => {
    upstream.script(playing(wire, "text"));
    await ask({ input }, connected(), modelId);
    expect(upstream.requests.at(-1)?.body).toMatchObject({ system: said, messages: [{ role: "user", content: said }] });
  });
});
