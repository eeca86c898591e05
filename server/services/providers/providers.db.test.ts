import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { config, setConfig } from "#server/config";
import { prisma } from "#server/db/client";
import { closePools } from "#server/outbound/pools";
import type { ServiceContext } from "#server/services/context";
import { getModel } from "#server/services/models/get-model";
import { listModels } from "#server/services/models/list-models";
import { resolveEmbeddingModel } from "#server/services/models/resolve-embedding-model";
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
    const elsewhere = "https://collector.example.com/v1";
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

  it("is nobody else's", async () => {
    const { id } = await add();
    const other = await createMember({ teamId: (await createTeam()).teamId, role: "owner" });
    const unknown = "No such provider connection.";
    await expect(other.call.providers.rotate({ id, apiKey: "sk-x" })).rejects.toThrow(unknown);
    await expect(other.call.providers.update({ id, name: "x" })).rejects.toThrow(unknown);
    await expect(other.call.providers.remove({ id })).rejects.toThrow(unknown);
    await expect(other.call.providers.test({ id })).rejects.toThrow(unknown);
    expect((await other.call.providers.list()).map(({ source }) => source)).toEqual(["builtin"]);
  });
});

describe("the outbound guard", () => {
  it("lets an owner name loopback while HOST is loopback, and nobody else", async () => {
    const admin = await createMember({ teamId, role: "admin" });
    await expect(add({ name: "x" }, admin)).rejects.toThrow("OUTBOUND_ALLOW=127.0.0.1");
    await expect(add({ name: "x", baseUrl: "http://10.0.0.5/v1" })).rejects.toThrow("OUTBOUND_ALLOW=10.0.0.5");
    await add();
  });

  it("closes loopback again when HOST opens up, also for what is saved", async () => {
    await add();
    const before = config();
    try {
      setConfig({ ...before, HOST: "0.0.0.0", loopbackOnly: false });
      const { languageModel } = await resolve("mine/small");
      await expect(collectEvents(languageModel, modelRequest())).rejects.toMatchObject({
        code: "outbound_not_allowed",
      });
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
    expect(await owner.call.providers.test({ id: "builtin" })).toMatchObject({ ok: true });
    expect(await prisma().providerConnection.count({ where: { teamId } })).toBe(0);
  });
});

describe("models", () => {
  it("are listed with aliases first, in OpenAI's shape", async () => {
    await add();
    await owner.call.models.createRoute({ alias: "fast", targets: ["mine/small", "builtin/demo"] });
    const { data } = await listModels({ ctx });
    expect(data.map(({ id }) => id)).toEqual([
      "fast",
      "mine/small",
      "mine/text-embed",
      "builtin/demo",
      "builtin/echo",
      "builtin/hash-1024",
    ]);
    expect(data[1]).toEqual({ id: "mine/small", object: "model", created: 0, owned_by: "me" });
    expect(await getModel({ ctx, input: { model: "builtin/demo" } })).toMatchObject({
      id: "builtin/demo",
      object: "model",
    });
    expect(await getModel({ ctx, input: { model: "small" } })).toMatchObject({ id: "small" });
    await expect(getModel({ ctx, input: { model: "mine/smal" } })).rejects.toThrow("Did you mean 'mine/small'");
    expect((await owner.call.models.list()).models.find(({ id }) => id === "builtin/hash-1024")).toMatchObject({
      lexical: true,
      free: true,
    });
  });

  it("resolve through an alias first, and through the default without a name", async () => {
    await add();
    await owner.call.models.createRoute({ alias: "small", targets: ["mine/other", "builtin/demo"] });
    expect(await resolve("small")).toMatchObject({ servedModel: "mine/other", requestedModel: "small" });
    expect(await resolve(null)).toMatchObject({ servedModel: "builtin/demo" });
    await owner.call.team.update({ defaultModel: "mine/small" });
    expect(await resolve(null)).toMatchObject({ servedModel: "mine/small" });
    const [route] = await owner.call.models.routes();
    await owner.call.models.removeRoute({ id: route?.id ?? "" });
    expect(await resolve("small")).toMatchObject({ servedModel: "mine/small" });
    await expect(owner.call.models.removeRoute({ id: route?.id ?? "" })).rejects.toThrow("No such alias");
  });

  it("refuse aliases that lead nowhere or exist", async () => {
    await expect(owner.call.models.createRoute({ alias: "a", targets: ["nowhere/m"] })).rejects.toThrow(
      "No connection answers",
    );
    await owner.call.models.createRoute({ alias: "a", targets: ["builtin/demo"] });
    await expect(owner.call.models.createRoute({ alias: "a", targets: ["builtin/echo"] })).rejects.toThrow(
      "exists already",
    );
  });

  it("name the nearest ones when there is no such model", async () => {
    await add();
    await expect(resolve("mine_small")).rejects.toMatchObject({
      code: "model_not_found",
      param: "model",
      message: expect.stringContaining("mine/small"),
    });
  });

  it("embed with known or asked-for dimensions", async () => {
    await add();
    const hash = await resolveEmbeddingModel({ ctx, input: { model: "builtin/hash-1024", dimensions: null } });
    expect(hash).toMatchObject({ dimensions: 1024, lexical: true });
    const remote = await resolveEmbeddingModel({ ctx, input: { model: "mine/text-embed", dimensions: null } });
    expect(remote.dimensions).toBe(2);
    expect(upstream.requests).toHaveLength(1);
    await resolveEmbeddingModel({ ctx, input: { model: "mine/text-embed", dimensions: 2 } });
    expect(upstream.requests).toHaveLength(1);
    await expect(resolveEmbeddingModel({ ctx, input: { model: "nowhere/e", dimensions: null } })).rejects.toMatchObject(
      { code: "model_not_found" },
    );
  });
});
