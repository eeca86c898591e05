import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { setClock } from "#server/clock";
import { config } from "#server/config";
import { startQueue, stopQueue } from "#server/jobs/queue";
import type { Connection, EmbedOptions } from "#server/providers/provider";
import type { ServiceContext } from "#server/services/context";
import { routeEmbeddingModel } from "#server/services/models/route-embedding-model";
import { systemContext } from "#server/services/setup/system-context";
import { createVectorStore } from "#server/services/vector-stores/create-vector-store";
import { deleteVectorStore } from "#server/services/vector-stores/delete-vector-store";
import { getEmbeddingUsage } from "#server/services/vector-stores/get-embedding-usage";
import { meterEmbeddings } from "#server/services/vector-stores/meter-embeddings";
import { flushQueryUsage } from "#server/services/vector-stores/meter-queries";
import { searchVectorStores } from "#server/services/vector-stores/search-vector-stores";
import { createTeam, openTestDatabase, type TestDatabase } from "#tests/support/database";
import { installFakeClock } from "#tests/support/fake-clock";
import { addDocument } from "#tests/support/read-documents";

let database: TestDatabase;
let ctx: ServiceContext;

beforeAll(async () => {
  database = await openTestDatabase();
  await startQueue();
  ctx = systemContext((await createTeam()).teamId);
});
afterAll(async () => {
  await stopQueue();
  await database.close();
});
afterEach(() => setClock());

async function newStore() {
  const { id: vectorStoreId } = await createVectorStore({ ctx, input: { name: "s" } });
  return { teamId: ctx.principal.teamId, vectorStoreId };
}

/** OpenAI's small model, of a server that says a text has `tokens` tokens, or says nothing. */
function modelThatCounts(tokens: number | null, baseUrl = "https://api.openai.com/v1") {
  const connection: Connection = {
    ...{ id: "c", name: "openai", kind: "openai-compatible", baseUrl, apiKey: "sk" },
    ...{ models: [], trusted: true },
  };
  const embed = async (texts: string[], { onUsage }: EmbedOptions) => {
    if (tokens !== null) onUsage?.(tokens * texts.length);
    return texts.map(() => [1, 0]);
  };
  const modelId = "text-embedding-3-small";
  const model = { modelId, dimensions: 2, embed };
  return routeEmbeddingModel([{ connection, modelId, name: `openai/${modelId}`, model, breaker: null }]);
}

const options = { kind: "document", signal: new AbortController().signal } as const;

it("adds up what each call takes, by month, with its price", async () => {
  const store = await newStore();
  const metered = meterEmbeddings(modelThatCounts(500_000), store);
  const clock = installFakeClock(Date.parse("2026-10-31T23:00:00Z"));
  await metered.embed(["a", "b"], options);
  await metered.embed(["c"], options);
  clock.advance(2 * 3600 * 1000);
  await metered.embed(["d"], options);
  const of = { model: "openai/text-embedding-3-small", kind: "document" };
  expect(await getEmbeddingUsage({ ctx, input: store })).toEqual([
    { month: "2026-11", ...of, texts: 1, tokens: 500_000, costUsd: expect.closeTo(0.01), unpricedTokens: 0 },
    { month: "2026-10", ...of, texts: 3, tokens: 1_500_000, costUsd: expect.closeTo(0.03), unpricedTokens: 0 },
  ]);
});

it("estimates where nobody counts, and says what has no price", async () => {
  const store = await newStore();
  await meterEmbeddings(modelThatCounts(null, "http://10.0.0.1/v1"), store).embed(["x".repeat(40)], options);
  expect(await getEmbeddingUsage({ ctx, input: store })).toMatchObject([
    { tokens: 10, costUsd: 0, unpricedTokens: 10 },
  ]);
});

it("counts what is read into a store once, though another store says the same", async () => {
  const [first, second] = [await newStore(), await newStore()];
  const document = { filename: "a.txt", text: "The harbour was dredged to eleven metres." };
  await addDocument(ctx, first.vectorStoreId, document);
  await addDocument(ctx, second.vectorStoreId, document);
  expect(await getEmbeddingUsage({ ctx, input: first })).toMatchObject([
    { model: "builtin/hash-1024", texts: 1, costUsd: 0, unpricedTokens: 0 },
  ]);
  expect(await getEmbeddingUsage({ ctx, input: second })).toEqual([]);
});

it("counts what is searched for apart from passages, for the first of the stores, a moment later", async () => {
  const [first, second] = [await newStore(), await newStore()];
  await addDocument(ctx, first.vectorStoreId, { filename: "b.txt", text: "The pilot boat left at noon." });
  const clock = installFakeClock();
  const vectorStoreIds = [first.vectorStoreId, second.vectorStoreId];
  for (const queries of [["pilots", "boats"], ["noon"]]) {
    await searchVectorStores({ ctx, input: { vectorStoreIds, queries, maxNumResults: 5 } });
  }
  const searched = async () => (await getEmbeddingUsage({ ctx, input: first })).filter(({ kind }) => kind === "query");
  expect(await searched()).toEqual([]);
  clock.advance(config().EMBEDDING_USAGE_FLUSH_SECONDS);
  await flushQueryUsage();
  expect(await searched()).toMatchObject([{ model: "builtin/hash-1024", texts: 3, costUsd: 0, unpricedTokens: 0 }]);
  expect(await getEmbeddingUsage({ ctx, input: second })).toEqual([]);
});

it("keeps no account of a store that is gone", async () => {
  const store = await newStore();
  await deleteVectorStore({ ctx, input: store });
  expect(await meterEmbeddings(modelThatCounts(1), store).embed(["a"], options)).toEqual([[1, 0]]);
});
