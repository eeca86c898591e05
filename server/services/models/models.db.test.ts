import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { closePools } from "#server/outbound/pools";
import type { ServiceContext } from "#server/services/context";
import { getModel } from "#server/services/models/get-model";
import { listModels } from "#server/services/models/list-models";
import { resolveEmbeddingModel } from "#server/services/models/resolve-embedding-model";
import { resolveModel } from "#server/services/models/resolve-model";
import { systemContext } from "#server/services/setup/system-context";
import { createTeam, openTestDatabase, type TestDatabase } from "#tests/support/database";
import { createMember, type Person } from "#tests/support/people";
import { type ScriptedUpstream, startScriptedUpstream } from "#tests/support/scripted-upstream";

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

function resolve(model: string | null) {
  return resolveModel({ ctx, input: { model, providerHeader: null, providerApiKey: null } });
}

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
