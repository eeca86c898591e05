import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { closePools } from "#server/outbound/pools";
import type { ServiceContext } from "#server/services/context";
import { getModel } from "#server/services/models/get-model";
import { listModels } from "#server/services/models/list-models";
import { resolveEmbeddingModel } from "#server/services/models/resolve-embedding-model";
import { resolveModel } from "#server/services/models/resolve-model";
import { systemContext } from "#server/services/setup/system-context";
import { createTeam, openTestDatabase, type TestDatabase } from "#tests/support/database";
import { collectEvents, modelRequest, textIn, userMessage } from "#tests/support/model-request";
import { createMember, type Person } from "#tests/support/people";
import { chatText, type ScriptedUpstream, startScriptedUpstream } from "#tests/support/scripted-upstream";

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
  });
});

function add() {
  const kind = "openai-compatible" as const;
  return owner.call.providers.create({ name: "mine", kind, baseUrl: upstream.baseUrl, apiKey: "sk-of-the-team" });
}

/** Targets that are asked one after the other. */
function inOrder(...models: string[]) {
  return models.map((model, index) => ({ model, priority: index + 1, weight: 1 }));
}

function resolve(model: string | null) {
  return resolveModel({ ctx, input: { model, providerHeader: null, providerApiKey: null } });
}

describe("models", () => {
  it("are listed with aliases first, in OpenAI's shape", async () => {
    await add();
    await owner.call.models.createRoute({ alias: "fast", targets: inOrder("mine/small", "builtin/demo") });
    const { data } = await listModels({ ctx });
    expect(data.map(({ id }) => id)).toEqual([
      "fast",
      "mine/small",
      "mine/text-embed",
      "builtin/demo",
      "builtin/echo",
      "builtin/hash-1024",
    ]);
    expect(data[1]).toEqual({
      id: "mine/small",
      object: "model",
      created: 0,
      owned_by: "me",
      kind: "language",
      context_window: null,
      max_output_tokens: null,
      modalities: null,
      prices: null,
    });
    expect(await getModel({ ctx, input: { model: "builtin/demo" } })).toMatchObject({
      id: "builtin/demo",
      object: "model",
      context_window: 128_000,
      modalities: { input: ["text"], output: ["text"] },
      prices: { currency: "USD", per_tokens: 1_000_000, input: 0, cached_input: 0, output: 0 },
      description: expect.stringContaining("no language model"),
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
    await owner.call.models.createRoute({ alias: "small", targets: inOrder("mine/other", "builtin/demo") });
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
    await expect(owner.call.models.createRoute({ alias: "a", targets: inOrder("nowhere/m") })).rejects.toThrow(
      "No connection answers",
    );
    await owner.call.models.createRoute({ alias: "a", targets: inOrder("builtin/demo") });
    await expect(owner.call.models.createRoute({ alias: "a", targets: inOrder("builtin/echo") })).rejects.toThrow(
      "exists already",
    );
  });

  it("take the targets of an alias by priority and number them without gaps", async () => {
    await add();
    const made = await owner.call.models.createRoute({
      alias: "fast",
      targets: [
        { model: "builtin/demo", priority: 9, weight: 1 },
        { model: "mine/small", priority: 2, weight: 70 },
        { model: "mine/other", priority: 2, weight: 30 },
      ],
    });
    expect(made.targets).toMatchObject([
      { model: "mine/small", priority: 1, weight: 70, breaker: { state: "closed", failures: 0 } },
      { model: "mine/other", priority: 1, weight: 30 },
      { model: "builtin/demo", priority: 2, weight: 1 },
    ]);
    expect(await owner.call.models.routes()).toEqual([made]);
    const changed = { id: made.id, alias: "quick", targets: inOrder("builtin/echo") };
    expect(await owner.call.models.updateRoute(changed)).toMatchObject({ alias: "quick", createdAt: made.createdAt });
    expect(await resolve("quick")).toMatchObject({ servedModel: "builtin/echo" });
    await expect(resolve("fast")).rejects.toMatchObject({ code: "model_not_found" });
    await expect(owner.call.models.updateRoute({ ...changed, id: "mr_unknown" })).rejects.toThrow("No such alias");
  });

  it("refuse targets that do not go together", async () => {
    await add();
    const create = (...models: string[]) => owner.call.models.createRoute({ alias: "a", targets: inOrder(...models) });
    await expect(create("mine/small", "mine/small")).rejects.toThrow("named twice");
    await expect(create("builtin/nothing")).rejects.toThrow("No connection answers");
    await expect(create("builtin/hash-1024", "builtin/demo")).rejects.toThrow("'builtin/demo' is no embedding model");
    await expect(create("builtin/hash-1024", "mine/text-embed")).rejects.toThrow("vectors of two models");
  });

  it("ask the targets of an alias in turn, and say who answered", async () => {
    await add();
    await owner.call.models.createRoute({ alias: "fast", targets: inOrder("mine/small", "builtin/echo") });
    upstream.script((exchange) => exchange.json(503, { error: { message: "busy" } }));
    const model = await resolve("fast");
    expect(model).toMatchObject({ servedModel: "mine/small", mayChange: true, requestedModel: "fast" });
    const events = await collectEvents(model.languageModel, modelRequest({ input: [userMessage("Hello")] }));
    expect(textIn(events)).toBe("Hello");
    expect(model).toMatchObject({ provider: "builtin", servedModel: "builtin/echo" });
    expect(upstream.requests.filter(({ path }) => path === "/v1/chat/completions")).toHaveLength(1);
    const [route] = await owner.call.models.routes();
    expect(route?.targets.map(({ breaker }) => breaker?.failures)).toEqual([1, 0]);
  });

  it("refuse sound where they are known not to hear, an alias only where none of its targets may", async () => {
    await add();
    await owner.call.models.createRoute({ alias: "mixed", targets: inOrder("builtin/demo", "mine/small") });
    await owner.call.models.createRoute({ alias: "deaf", targets: inOrder("builtin/demo", "builtin/echo") });
    const content = [{ type: "audio" as const, data: "UklGRg==", format: "wav" as const }];
    const heard = modelRequest({ input: [{ type: "message", role: "user", content }] });
    const refusalOf = async (name: string) => (await resolve(name)).languageModel.refusal?.(heard, ctx.signal);
    expect(await refusalOf("mine/small")).toBeNull();
    expect(await refusalOf("mixed")).toBeNull();
    for (const deaf of ["deaf", "builtin/demo"]) {
      expect(await refusalOf(deaf)).toMatchObject({ code: "unsupported_parameter", param: "input" });
    }
    upstream.script(chatText(["I hear you."]));
    expect(textIn(await collectEvents((await resolve("mixed")).languageModel, heard))).toBe("I hear you.");
  });

  it("know the largest window of an alias, if all are known", async () => {
    await add();
    await owner.call.models.createRoute({ alias: "known", targets: inOrder("builtin/demo", "builtin/echo") });
    await owner.call.models.createRoute({ alias: "unknown", targets: inOrder("builtin/demo", "mine/small") });
    await listModels({ ctx });
    expect(await resolve("known")).toMatchObject({ contextWindow: 128_000 });
    expect(await resolve("unknown")).toMatchObject({ contextWindow: null });
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
    expect(remote.pinName).toBe("mine/text-embed");
    await expect(resolveEmbeddingModel({ ctx, input: { model: "nowhere/e", dimensions: null } })).rejects.toMatchObject(
      { code: "model_not_found" },
    );
  });

  it("embed through an alias on one model, at whichever of its connections answers", async () => {
    await add();
    const twin = {
      name: "twin",
      kind: "openai-compatible" as const,
      baseUrl: upstream.baseUrl,
      apiKey: "sk-of-the-twin",
    };
    await owner.call.providers.create(twin);
    await owner.call.models.createRoute({ alias: "vectors", targets: inOrder("mine/text-embed", "twin/text-embed") });
    upstream.setDefault((exchange) =>
      exchange.headers.authorization?.endsWith("twin")
        ? exchange.json(200, { data: [{ index: 0, embedding: [3, 4] }] })
        : exchange.json(503, { error: { message: "busy" } }),
    );
    const model = await resolveEmbeddingModel({ ctx, input: { model: "vectors", dimensions: null } });
    expect(model).toMatchObject({ modelId: "text-embed", dimensions: 2, pinName: "mine/text-embed" });
    expect(await model.embed(["one"], { signal: ctx.signal, kind: "query" })).toEqual([[3, 4]]);

    upstream.setDefault((exchange) =>
      exchange.headers.authorization?.endsWith("twin")
        ? exchange.json(200, { data: [{ index: 0, embedding: [1, 2, 3] }] })
        : exchange.json(503, { error: { message: "busy" } }),
    );
    await expect(model.embed(["one"], { signal: ctx.signal, kind: "query" })).rejects.toMatchObject({
      code: "provider_error",
    });
  });
});
