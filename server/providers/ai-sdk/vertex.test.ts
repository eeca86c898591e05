import { verify } from "node:crypto";
import { JWTAccess } from "google-auth-library";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createVertexProvider } from "#server/providers/ai-sdk/vertex";
import type { Connection, ModelEvent, ModelInput, ModelRequest } from "#server/providers/provider";
import { parseObject, stringOf } from "#server/providers/shared/json";
import { collectEvents, modelRequest, testConnection, textIn, userMessage } from "#tests/support/model-request";
import { serviceAccount, serviceAccountPublicKey } from "#tests/support/service-account";
import { upstreamForSuite } from "#tests/support/upstream-suite";
import { playing, vendorWire } from "#tests/support/vendor-wires";

const GEMINI = "gemini-2.5-flash";
const CLAUDE = "claude-sonnet-4-5@20250929";
const OPERATORS = {
  GOOGLE_VERTEX_API_KEY: "canary-key",
  GOOGLE_VERTEX_PROJECT: "canary-project",
  GOOGLE_VERTEX_LOCATION: "canary-location",
  GOOGLE_CLOUD_PROJECT: "canary-project",
  GOOGLE_API_KEY: "canary-key",
  GOOGLE_CLIENT_EMAIL: "canary@canary.iam.gserviceaccount.com",
  GOOGLE_PRIVATE_KEY: "canary-private-key",
  GOOGLE_APPLICATION_CREDENTIALS: "/canary/credentials.json",
  ANTHROPIC_API_KEY: "canary-key",
};
const { signal } = new AbortController();
const gemini = vendorWire("vertex");
const claude = vendorWire("vertex-claude");

const upstream = upstreamForSuite({ PROVIDER_BACKOFF_SECONDS: "0.01" });

beforeAll(() => {
  for (const [name, value] of Object.entries(OPERATORS)) vi.stubEnv(name, value);
});
afterAll(() => {
  vi.unstubAllEnvs();
});

const express = (change: Partial<Connection> = {}) =>
  testConnection({ kind: "vertex", baseUrl: upstream.baseUrl, ...change });
const account = (change: Partial<Connection> = {}) => express({ apiKey: serviceAccount(), ...change });

const ask = (connection: Connection, modelId = GEMINI, change: Partial<ModelRequest> = {}): Promise<ModelEvent[]> =>
  collectEvents(createVertexProvider(connection).languageModel(modelId), modelRequest(change));

function sealsIn(events: ModelEvent[]): ModelInput[] {
  return events.flatMap((event) =>
    event.type === "reasoning_encrypted"
      ? [{ type: "reasoning", text: "", summary: [], encryptedContent: event.encryptedContent }]
      : [],
  );
}

function partsOf(token: string): { header: unknown; claims: Record<string, unknown> } {
  const [header = "", claims = ""] = token.split(".").map((part) => Buffer.from(part, "base64url").toString());
  return { header: parseObject(header), claims: parseObject(claims) ?? {} };
}

describe("where a request goes", () => {
  it("is Google's own place in express mode, with the connection's key alone", async () => {
    upstream.script(playing(gemini, "text"));
    expect(textIn(await ask(express()))).toContain("Hello");
    const [request] = upstream.requests;
    expect(request).toMatchObject({
      path: `/v1/v1/publishers/google/models/${GEMINI}:streamGenerateContent?alt=sse`,
      headers: { "x-goog-api-key": "sk-test-1234567890" },
    });
    expect(request?.headers.authorization).toBeUndefined();
    expect(JSON.stringify([request?.headers, request?.path, request?.rawBody])).not.toContain("canary");
  });

  it.each([
    [{}, "test-project/locations/global"],
    [{ location: "europe-west1" }, "test-project/locations/europe-west1"],
    [{ project: "another-one", location: "us" }, "another-one/locations/us"],
  ])("is the project and location of a service account: %j", async (settings, place) => {
    upstream.script(playing(gemini, "text"), playing(claude, "text"));
    await ask(account({ settings }));
    expect(textIn(await ask(account({ settings }), CLAUDE))).toContain("Hello");
    expect(upstream.requests.map(({ path }) => path)).toEqual([
      `/v1/v1beta1/projects/${place}/publishers/google/models/${GEMINI}:streamGenerateContent?alt=sse`,
      `/v1/v1beta1/projects/${place}/publishers/anthropic/models/${CLAUDE}:streamRawPredict`,
    ]);
    for (const { headers, path, rawBody } of upstream.requests) {
      expect(headers["x-goog-api-key"]).toBeUndefined();
      expect(headers["x-api-key"]).toBeUndefined();
      expect(JSON.stringify([headers, path, rawBody])).not.toContain("canary");
    }
  });

  it.each([
    [{ location: "evil.example/" }, "location"],
    [{ location: "" }, "location"],
    [{ project: "a/../b" }, "project"],
  ])("is nowhere for %j", async (settings, named) => {
    await expect(ask(account({ settings, baseUrl: null }))).rejects.toMatchObject({
      code: "provider_error",
      message: expect.stringContaining(named),
    });
  });

  it("is nowhere for a credential that is none", async () => {
    for (const apiKey of [
      "{",
      "{}",
      serviceAccount({ private_key: "-----BEGIN" }),
      serviceAccount({ client_email: 1 }),
    ]) {
      await expect(ask(account({ apiKey }))).rejects.toMatchObject({ code: "provider_auth_error" });
    }
    await expect(ask(account({ apiKey: serviceAccount({ project_id: undefined }) }))).rejects.toMatchObject({
      message: expect.stringContaining("no project"),
    });
    expect(upstream.requests).toHaveLength(0);
  });

  it("is nowhere for Claude with a key of express mode", async () => {
    await expect(ask(express(), CLAUDE)).rejects.toMatchObject({ code: "invalid_request", param: "model" });
    expect(upstream.requests).toHaveLength(0);
  });
});

describe("the token of a service account", () => {
  it("is signed by itself, as Google's own library does it, whatever the JSON names for an address", async () => {
    const apiKey = serviceAccount({ token_uri: `${upstream.baseUrl}/token` });
    upstream.script(playing(gemini, "text"));
    await ask(account({ apiKey }));
    expect(upstream.requests).toHaveLength(1);
    const token = upstream.requests[0]?.headers.authorization?.replace("Bearer ", "") ?? "";
    const [header, claims, signature = ""] = token.split(".");
    const signed = Buffer.from(`${header}.${claims}`);
    expect(verify("RSA-SHA256", signed, serviceAccountPublicKey(), Buffer.from(signature, "base64url"))).toBe(true);

    const json = parseObject(apiKey);
    const library = new JWTAccess(
      stringOf(json?.client_email),
      stringOf(json?.private_key),
      stringOf(json?.private_key_id),
    );
    const headers = library.getRequestHeaders(undefined, undefined, "https://www.googleapis.com/auth/cloud-platform");
    const theirs = partsOf(headers.get("authorization")?.replace("Bearer ", "") ?? "");
    const ours = partsOf(token);
    expect(ours.header).toEqual(theirs.header);
    expect(Object.keys(ours.claims).sort()).toEqual(Object.keys(theirs.claims).sort());
    expect(ours.claims).toMatchObject({ iss: theirs.claims.iss, sub: theirs.claims.sub, scope: theirs.claims.scope });
    expect(Number(ours.claims.exp) - Number(ours.claims.iat)).toBe(3_600);
  });

  it("and its key are given away by no error", async () => {
    upstream.script((exchange) =>
      exchange.json(403, { error: { message: `refused ${exchange.headers.authorization} ${serviceAccount()}` } }),
    );
    const failure: unknown = await ask(account()).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "provider_auth_error" });
    expect(JSON.stringify([failure, String(failure)])).not.toMatch(/eyJ|BEGIN PRIVATE|MII/);
  });
});

describe("signatures", () => {
  it("of Gemini come back beside the call they belong to", async () => {
    upstream.script(playing(gemini, "parallel-tools"), playing(gemini, "text"));
    const seals = sealsIn(await ask(account()));
    expect(seals).toHaveLength(1);
    const call: ModelInput = {
      type: "tool_call",
      callId: "call_a",
      name: "get_weather",
      arguments: '{"city":"Paris"}',
    };
    await ask(account(), GEMINI, { input: [userMessage("Weather?"), ...seals, call] });
    expect(JSON.stringify(upstream.requests[1]?.body.contents)).toMatch(
      /"functionCall":\{[^}]*"get_weather".*"thoughtSignature":"c2lnbmF0dXJl"/,
    );
  });

  it("of Claude come back as they were signed", async () => {
    upstream.script(playing(claude, "reasoning"), playing(claude, "text"));
    const reasoning = { effort: "low", summary: null };
    const seals = sealsIn(await ask(account(), CLAUDE, { reasoning }));
    await ask(account(), CLAUDE, { reasoning, input: [userMessage("2+2?"), ...seals, userMessage("Sure?")] });
    expect(JSON.stringify(upstream.requests[1]?.body.messages)).toContain(
      '{"type":"thinking","thinking":"Let me think.","signature":"EqQBCgIYAhIM"}',
    );
  });
});

describe("models and embeddings", () => {
  const publisherModels = (...names: string[]) => ({ publisherModels: names.map((name) => ({ name })) });

  it("lists Google's page by page, and Anthropic's where it may", async () => {
    upstream.setDefault((exchange) => {
      if (exchange.path.includes("anthropic")) exchange.json(403, { error: { message: "no" } });
      else if (exchange.path.includes("pageToken=more"))
        exchange.json(200, publisherModels("publishers/google/models/gemini-embedding-001"));
      else
        exchange.json(200, {
          ...publisherModels(`publishers/google/models/${GEMINI}`, "publishers/google/models/imagen-4"),
          nextPageToken: "more",
        });
    });
    expect(await createVertexProvider(account()).listModels?.(signal)).toEqual([
      { id: GEMINI, ownedBy: "google", created: 0, kind: "language" },
      { id: "imagen-4", ownedBy: "google", created: 0, kind: "unknown" },
      { id: "gemini-embedding-001", ownedBy: "google", created: 0, kind: "embedding" },
    ]);
    upstream.setDefault((exchange) =>
      exchange.json(401, { error: { message: "API keys are not supported by this API." } }),
    );
    expect(await createVertexProvider(express()).listModels?.(signal)).toEqual([]);
    upstream.setDefault((exchange) => exchange.json(403, { error: { message: "no" } }));
    await expect(createVertexProvider(express()).listModels?.(signal)).rejects.toMatchObject({
      code: "provider_auth_error",
    });
  });

  it("embeds many texts at once, told what for and how long", async () => {
    upstream.setDefault((exchange) => {
      const values = [1, 2];
      const predictions = [0, 1].map(() => ({ embeddings: { values, statistics: { token_count: 4 } } }));
      exchange.json(200, { predictions });
    });
    const model = createVertexProvider(account()).embeddingModel?.("text-embedding-005", { reduceTo: 2 });
    let tokens = 0;
    expect(await model?.embed(["a", "b"], { signal, kind: "document", onUsage: (more) => (tokens += more) })).toEqual([
      [1, 2],
      [1, 2],
    ]);
    expect(tokens).toBe(8);
    expect(upstream.requests[0]?.body).toMatchObject({
      instances: [{ content: "a", task_type: "RETRIEVAL_DOCUMENT" }, { content: "b" }],
      parameters: { outputDimensionality: 2 },
    });
  });

  it("embeds with Gemini's own one text at a time, in order", async () => {
    upstream.setDefault((exchange) => {
      const [instance] = exchange.body.instances as { content: string }[];
      const values = [instance?.content.length ?? 0];
      exchange.json(200, { predictions: [{ embeddings: { values, statistics: { token_count: 1 } } }] });
    });
    const model = createVertexProvider(express()).embeddingModel?.("gemini-embedding-001");
    const texts = ["a", "bb", "ccc", "dddd", "eeeee"];
    expect(await model?.embed(texts, { signal, kind: "query" })).toEqual([[1], [2], [3], [4], [5]]);
  });
});
