import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { startQueue, stopQueue } from "#server/jobs/queue";
import { type ChunkingStrategy, UpdateVectorStoreBody } from "#server/protocol/vector-stores";
import type { ServiceContext } from "#server/services/context";
import { systemContext } from "#server/services/setup/system-context";
import { attachFiles } from "#server/services/vector-stores/attach-files";
import { openRankingOptions } from "#server/services/vector-stores/complete-ranking-options";
import { createVectorStore } from "#server/services/vector-stores/create-vector-store";
import { getVectorStoreFile } from "#server/services/vector-stores/get-vector-store-file";
import { type SearchInput, searchVectorStores } from "#server/services/vector-stores/search-vector-stores";
import { updateVectorStore } from "#server/services/vector-stores/update-vector-store";
import { toVectorStoreObject } from "#server/services/vector-stores/vector-store-view";
import { createTeam, openTestDatabase, type TestDatabase } from "#tests/support/database";
import { storeTestFile } from "#tests/support/documents";
import { addDocument } from "#tests/support/read-documents";

const EXPIRY = { anchor: "last_active_at", days: 3 } as const;
const SETTINGS = { rewrite_model: "builtin/demo" };

let database: TestDatabase;
let ctx: ServiceContext;
let vectorStoreId: string;

beforeAll(async () => {
  database = await openTestDatabase();
  await startQueue();
  ctx = systemContext((await createTeam()).teamId);
});
afterAll(async () => {
  await stopQueue();
  await database.close();
});
beforeEach(async () => {
  const metadata = { topic: "bees" };
  const input = { name: "old", metadata, expires_after: EXPIRY, search_settings: SETTINGS };
  vectorStoreId = (await createVectorStore({ ctx, input })).id;
});

function update(body: object) {
  return updateVectorStore({ ctx, input: { vectorStoreId, change: UpdateVectorStoreBody.parse(body) } });
}

it("changes what the body names, and leaves the rest", async () => {
  const rest = { metadata: { topic: "bees" }, expiresAfterDays: 3 };
  expect(await update({ name: "new" })).toMatchObject({ ...rest, name: "new", searchSettings: SETTINGS });
  const searchSettings = { rewrite_model: "builtin/echo" };
  expect(await update({ search_settings: searchSettings })).toMatchObject({ ...rest, name: "new", searchSettings });
  const changed = { metadata: {}, expiresAfterDays: 9, searchSettings };
  expect(await update({ metadata: {}, expires_after: { ...EXPIRY, days: 9 } })).toMatchObject(changed);
});

it("takes away what the body says is null", async () => {
  expect(await update({ name: null, metadata: null, expires_after: null, search_settings: null })).toMatchObject({
    name: "",
    metadata: {},
    expiresAfterDays: null,
    searchSettings: {},
  });
});

it("searches by the store's weights and least score where a search leaves them open", async () => {
  for (const [filename, text] of [
    ["harbour.txt", "The harbour was dredged to eleven metres."],
    ["market.txt", "The market by the harbour opens on Saturdays, and has done so since anybody remembers."],
  ] as const) {
    await addDocument(ctx, vectorStoreId, { filename, text });
  }
  const search = async (rankingOptions: SearchInput["rankingOptions"] = {}) => {
    const input = { vectorStoreIds: [vectorStoreId], queries: ["dredged harbour"], maxNumResults: 10, rankingOptions };
    return searchVectorStores({ ctx, input });
  };
  const wordsOnly = { hybrid_search: { embedding_weight: 0, text_weight: 1 } };
  expect((await search()).plans[0]?.weights.vector).toBeGreaterThan(0);
  await update({ search_settings: { ...wordsOnly, score_threshold: 0.99 } });
  const { hits, plans } = await search();
  expect(plans[0]?.weights).toEqual({ vector: 0, keyword: 1 });
  expect(hits.map((hit) => hit.filename)).toEqual(["harbour.txt"]);
  const asked = { score_threshold: 0, hybrid_search: { embedding_weight: 1, text_weight: 1 } };
  const own = await search(asked);
  expect(own.plans[0]?.weights).toEqual({ vector: 1, keyword: 1 });
  expect(own.hits).toHaveLength(2);
  expect((await search(openRankingOptions({ ranker: "auto", score_threshold: 0 }))).hits).toHaveLength(1);
});

it("refuses weights that are both 0", async () => {
  const refused = update({ search_settings: { hybrid_search: { embedding_weight: 0, text_weight: 0 } } });
  await expect(refused).rejects.toMatchObject({ code: "invalid_value", param: "search_settings.hybrid_search" });
});

it("cuts files as the store says that come without a strategy of their own", async () => {
  const chunkingOf = async (strategy: ChunkingStrategy | null) => {
    const { id: fileId } = await storeTestFile(ctx, { filename: "a.txt", content: "One sentence." });
    await attachFiles({ ctx, input: { vectorStoreId, fileIds: [fileId], attributes: {}, strategy } });
    const row = await getVectorStoreFile({ ctx, input: { vectorStoreId, fileId } });
    return row.chunkingStrategy.maxChunkSizeTokens;
  };
  const sizes = { max_chunk_size_tokens: 200, chunk_overlap_tokens: 50 };
  const chunking = { type: "static", static: sizes } as const;
  expect(toVectorStoreObject(await update({ chunking_strategy: chunking }))).toMatchObject({
    chunking_strategy: chunking,
  });
  expect(await chunkingOf(null)).toBe(200);
  expect(await chunkingOf({ type: "auto" })).toBe(400);
  expect(await chunkingOf({ type: "static", static: { ...sizes, max_chunk_size_tokens: 300 } })).toBe(300);
  expect(toVectorStoreObject(await update({ chunking_strategy: null }))).not.toHaveProperty("chunking_strategy");
  expect(await chunkingOf(null)).toBe(400);
});

it("refuses a model that the team does not have, and another team's store as one that does not exist", async () => {
  const missing = { code: "model_not_found", param: "search_settings.rewrite_model" };
  await expect(update({ search_settings: { rewrite_model: "nobody/has-it" } })).rejects.toMatchObject(missing);
  const stranger = systemContext((await createTeam()).teamId);
  const foreign = { vectorStoreId, change: { name: "mine" } };
  await expect(updateVectorStore({ ctx: stranger, input: foreign })).rejects.toMatchObject({ code: "not_found" });
});
