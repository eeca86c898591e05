import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { config, setConfig } from "#server/config";
import { prisma } from "#server/db/client";
import { closePools } from "#server/outbound/pools";
import type { ServiceContext } from "#server/services/context";
import { resolveModel } from "#server/services/models/resolve-model";
import { systemContext } from "#server/services/setup/system-context";
import { createTeam, openTestDatabase, type TestDatabase } from "#tests/support/database";
import { collectEvents, modelRequest, textIn } from "#tests/support/model-request";
import { createMember, type Person } from "#tests/support/people";
import { chatText, type ScriptedUpstream, startScriptedUpstream } from "#tests/support/scripted-upstream";

const KEY = "sk-secret-canary-0123456789abcd";

let database: TestDatabase;
let upstream: ScriptedUpstream;
let owner: Person;
let ctx: ServiceContext;
let teamId: string;

beforeAll(async () => {
  database = await openTestDatabase({ PROVIDER_BACKOFF_SECONDS: "0.01" });
  upstream = await startScriptedUpstream();
});
afterAll(async () => {
  await closePools();
  await upstream.close();
  await database.close();
});
beforeEach(async () => {
  ({ teamId } = await createTeam());
  owner = await createMember({ teamId, role: "owner" });
  ctx = systemContext(teamId);
  upstream.requests.length = 0;
  upstream.setDefault((exchange) => {
    if (exchange.path === "/v1/models")
      exchange.json(200, { data: [{ id: "small", owned_by: "me" }, { id: "text-embed" }] });
    else if (exchange.path === "/v1/embeddings") exchange.json(200, { data: [{ index: 0, embedding: [3, 4] }] });
    else return chatText("Hi.")(exchange);
  });
});

function add(change: Record<string, unknown> = {}, person = owner) {
  const base = { name: "mine", kind: "openai-compatible" as const, baseUrl: upstream.baseUrl, apiKey: KEY };
  return person.call.providers.create({ ...base, ...change });
}

function resolve(model: string | null, providerApiKey: string | null = null) {
  return resolveModel({ ctx, input: { model, providerHeader: null, providerApiKey } });
}

async function lastAudit() {
  return prisma().auditLog.findFirst({ where: { teamId }, orderBy: { id: "desc" } });
}

describe("a connection", () => {
  it("keeps its key encrypted and shows only its end", async () => {
    const view = await add();
    expect(view).toMatchObject({ name: "mine", keyHint: "…abcd", source: "team", kindLabel: "OpenAI-compatible" });
    const rows = await prisma().providerConnection.findMany({ where: { teamId } });
    const audit = await lastAudit();
    expect(audit).toMatchObject({ action: "provider.create", actorId: owner.userId, resourceId: view.id });
    expect(JSON.stringify([view, rows, audit, await owner.call.providers.list()])).not.toContain(KEY);
  });

  it("answers from the next request on, with its key", async () => {
    await resolve("builtin/demo");
    await add();
    const resolved = await resolve("mine/small");
    expect(resolved).toMatchObject({ provider: "mine", servedModel: "mine/small", requestedModel: "mine/small" });
    expect(textIn(await collectEvents(resolved.languageModel, modelRequest()))).toBe("Hi.");
    expect(upstream.requests[0]?.headers.authorization).toBe(`Bearer ${KEY}`);
    expect(resolved.price({ inputTokens: 1, cachedTokens: 0, outputTokens: 1, reasoningTokens: 0 })).toBeNull();
  });

  it("gives way to the caller's own key for one request", async () => {
    await add();
    const { languageModel } = await resolve("mine/small", "sk-callers-own");
    await collectEvents(languageModel, modelRequest());
    expect(upstream.requests[0]?.headers.authorization).toBe("Bearer sk-callers-own");
  });

  it("uses a rotated key at once", async () => {
    const { id } = await add();
    await resolve("mine/small");
    expect(await owner.call.providers.rotate({ id, apiKey: "sk-another-key-wxyz" })).toMatchObject({
      keyHint: "…wxyz",
    });
    await collectEvents((await resolve("mine/small")).languageModel, modelRequest());
    expect(upstream.requests[0]?.headers.authorization).toBe("Bearer sk-another-key-wxyz");
    expect(await lastAudit()).toMatchObject({ action: "provider.rotate" });
  });

  it("is gone when removed", async () => {
    const { id } = await add();
    await owner.call.providers.remove({ id });
    await expect(resolve("mine/small")).rejects.toMatchObject({ code: "model_not_found" });
    expect(await lastAudit()).toMatchObject({ action: "provider.remove", detail: { name: "mine" } });
  });

  it("does not take its key along to another address", async () => {
    const { id } = await add();
    const elsewhere = "https://1.1.1.1/v1";
    await expect(owner.call.providers.update({ id, baseUrl: elsewhere })).rejects.toThrow("bound to the address");
    await owner.call.providers.update({ id, baseUrl: `${upstream.baseUrl}/deeper`, name: "renamed" });
    const moved = await owner.call.providers.update({ id, baseUrl: elsewhere, apiKey: "sk-known-to-the-mover" });
    expect(moved).toMatchObject({ name: "renamed", baseUrl: elsewhere, keyHint: "…over" });
  });

  it("refuses names that are taken or reserved, and kinds without what they need", async () => {
    await add();
    await expect(add()).rejects.toThrow('named "mine" already');
    await expect(add({ name: "builtin" })).rejects.toThrow("built-in provider");
    await expect(add({ name: "x", baseUrl: null })).rejects.toThrow("address of the server");
    await expect(add({ name: "x", kind: "anthropic", apiKey: null })).rejects.toThrow("needs a key");
  });

  it("is asked by the API that it says, from the next request on", async () => {
    const { id, wire } = await add();
    expect(wire).toBe("auto");
    const answer = async () => textIn(await collectEvents((await resolve("mine/small")).languageModel, modelRequest()));
    expect(await answer()).toBe("Hi.");
    await owner.call.providers.update({ id, wire: "responses" });
    upstream.script((exchange) => exchange.json(200, { object: "response", output: [] }));
    expect(await answer()).toBe("");
    expect(upstream.requests.map(({ path }) => path)).toEqual(["/v1/chat/completions", "/v1/responses"]);
    expect(await add({ name: "claude", kind: "anthropic" })).toMatchObject({ wire: null });
  });

  it.each([
    ["mistral", "Mistral", "https://api.mistral.ai/v1"],
    ["cohere", "Cohere", "https://api.cohere.com/v2"],
  ])("can be %s's, as the form offers it", async (kind, label, baseUrl) => {
    const preset = (await owner.call.providers.kinds()).find(({ name }) => name === kind);
    expect(preset).toEqual({ name: kind, label, kind, baseUrl, needsKey: true });
    await expect(add({ name: kind, kind, apiKey: null })).rejects.toThrow("needs a key");
    const { id } = await add({ name: kind, kind });
    const models =
      kind === "cohere" ? { models: [{ name: "small", endpoints: ["chat"] }] } : { data: [{ id: "small" }] };
    upstream.script((exchange) => exchange.json(200, models));
    expect(await owner.call.providers.test({ id })).toMatchObject({ ok: true, models: [{ id: "small" }], wire: null });
    expect(upstream.requests.at(-1)?.headers.authorization).toBe(`Bearer ${KEY}`);
    const { provider, languageModel } = await resolve(`${kind}/small`);
    expect([provider, languageModel.modelId]).toEqual([kind, "small"]);
  });

  it("is nobody else's", async () => {
    const { id } = await add();
    const other = await createMember({ teamId: (await createTeam()).teamId, role: "owner" });
    const unknown = "No such provider connection.";
    await expect(other.call.providers.rotate({ id, apiKey: "sk-x" })).rejects.toThrow(unknown);
    await expect(other.call.providers.update({ id, name: "x" })).rejects.toThrow(unknown);
    await expect(other.call.providers.remove({ id })).rejects.toThrow(unknown);
    await expect(other.call.providers.test({ id })).rejects.toThrow(unknown);
    expect((await other.call.providers.list()).map(({ name }) => name)).toEqual(["local", "builtin"]);
  });
});

describe("a caller with a vendor's own key", () => {
  const passThrough = (model: string | null, providerHeader: string | null = null) =>
    resolveModel({
      ctx: { ...ctx, principal: { type: "passthrough", teamId, providerKey: "sk-vendors-own", scopes: [] } },
      input: { model, providerHeader, providerApiKey: null },
    });

  it("is passed to the provider that header or model name, the key with it, never the team's", async () => {
    await add({ name: "openai" });
    await add({ name: "groq" });
    for (const [model, header] of [
      ["gpt-4.1", null],
      ["openai@gpt-4.1", null],
      ["groq/llama", null],
      ["llama", "groq"],
    ] as const) {
      await collectEvents((await passThrough(model, header)).languageModel, modelRequest());
    }
    expect(upstream.requests.map(({ headers }) => headers.authorization)).toEqual(
      Array(4).fill("Bearer sk-vendors-own"),
    );
    expect(upstream.requests.map(({ body }) => body.model)).toEqual(["gpt-4.1", "gpt-4.1", "llama", "llama"]);
  });

  it("reaches OPENAI_BASE_URL where no connection is named", async () => {
    const before = config();
    try {
      setConfig({ ...before, OPENAI_BASE_URL: upstream.baseUrl });
      const resolved = await passThrough("some-model");
      expect(resolved.servedModel).toBe("openai/some-model");
      await collectEvents(resolved.languageModel, modelRequest());
      expect(upstream.requests[0]?.headers.authorization).toBe("Bearer sk-vendors-own");
    } finally {
      setConfig(before);
    }
  });
});

describe("the outbound guard", () => {
  it("lets an owner name loopback while HOST is loopback, and nobody else", async () => {
    const admin = await createMember({ teamId, role: "admin" });
    await expect(add({ name: "x" }, admin)).rejects.toThrow("OUTBOUND_ALLOW=127.0.0.1");
    await expect(add({ name: "x", baseUrl: "http://10.0.0.5/v1" })).rejects.toThrow("OUTBOUND_ALLOW=10.0.0.5");
    await add();
  });

  describe.each(["openai-compatible", "anthropic"])("of a connection of kind %s", (kind) => {
    it.each(["127.0.0.1", "[::ffff:127.0.0.1]", "2130706433", "0.0.0.0", "localhost"])(
      "lets it reach no listener at %s, also when the row says so",
      async (host) => {
        const { port } = new URL(upstream.baseUrl);
        const baseUrl = `http://${host}:${port}/v1`;
        const { id } = await add({ kind, models: ["small"] });
        await prisma().providerConnection.updateMany({ where: { teamId }, data: { baseUrl } });
        const before = config();
        setConfig({ ...before, HOST: "0.0.0.0", loopbackOnly: false });
        await closePools();
        const connections = upstream.connections();
        const refused = { code: "outbound_not_allowed" };
        try {
          const { languageModel } = await resolve("mine/small");
          await expect(collectEvents(languageModel, modelRequest())).rejects.toMatchObject(refused);
          expect(await owner.call.providers.test({ id })).toMatchObject({ ok: false, error: refused });
          await expect(add({ name: "new", kind, baseUrl })).rejects.toThrow("OUTBOUND_ALLOW=");
        } finally {
          setConfig(before);
        }
        expect(upstream.connections() - connections).toBe(0);
      },
    );
  });

  it("follows no redirect of a provider's", async () => {
    await add();
    upstream.script((exchange) => exchange.json(307, {}, { location: `${upstream.baseUrl}/elsewhere` }));
    const { languageModel } = await resolve("mine/small");
    await expect(collectEvents(languageModel, modelRequest())).rejects.toMatchObject({
      code: "provider_error",
      detail: { status: 307 },
    });
    expect(upstream.requests.map(({ path }) => path)).not.toContain("/v1/elsewhere");
  });

  it("closes loopback again when HOST opens up, also for what is saved", async () => {
    await add();
    const before = config();
    try {
      setConfig({ ...before, HOST: "0.0.0.0", loopbackOnly: false });
      const { languageModel } = await resolve("mine/small");
      // A connection that was kept open would be one, too.
      await closePools();
      upstream.requests.length = 0;
      const connections = upstream.connections();
      await expect(collectEvents(languageModel, modelRequest())).rejects.toMatchObject({
        code: "outbound_not_allowed",
      });
      expect([upstream.connections() - connections, upstream.requests]).toEqual([0, []]);
      await expect(add({ name: "y" })).rejects.toThrow("OUTBOUND_ALLOW=127.0.0.1");
      setConfig({ ...before, HOST: "0.0.0.0", loopbackOnly: false, OUTBOUND_ALLOW: "127.0.0.1" });
      expect(textIn(await collectEvents(languageModel, modelRequest()))).toBe("Hi.");
    } finally {
      setConfig(before);
    }
  });
});

describe("testing a connection", () => {
  it("tells latency and models, and keeps the outcome", async () => {
    const { id } = await add();
    const outcome = await owner.call.providers.test({ id });
    expect(outcome).toMatchObject({
      ok: true,
      error: null,
      models: [{ id: "small" }, { id: "text-embed", kind: "embedding" }],
      wire: "chat",
    });
    expect((await owner.call.providers.list())[0]).toMatchObject({
      lastTestOk: true,
      lastTestNote: expect.stringContaining("2 models"),
    });
  });

  it("tells the provider's own words, without the key", async () => {
    const { id } = await add();
    upstream.script((exchange) => exchange.json(401, { error: { message: `Wrong key ${KEY}, friend` } }));
    const outcome = await owner.call.providers.test({ id });
    expect(outcome).toMatchObject({
      ok: false,
      error: { code: "provider_auth_error", message: expect.stringContaining("friend") },
    });
    expect(JSON.stringify([outcome, await owner.call.providers.list()])).not.toContain(KEY);
  });

  it("works before anything is saved, and for the environment's and built-in ones", async () => {
    const draft = { kind: "openai-compatible" as const, baseUrl: upstream.baseUrl, apiKey: KEY };
    expect(await owner.call.providers.test(draft)).toMatchObject({ ok: true });
    expect(await owner.call.providers.test({ ...draft, wire: "responses" })).toMatchObject({ wire: "responses" });
    expect(await owner.call.providers.test({ id: "builtin" })).toMatchObject({ ok: true, wire: null });
    expect(await prisma().providerConnection.count({ where: { teamId } })).toBe(0);
  });
});
