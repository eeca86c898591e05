import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inTransaction } from "#server/db/client";
import { saveFileText } from "#server/db/file-texts";
import { insertFile } from "#server/db/files";
import { upsertVectorStoreFiles } from "#server/db/vector-store-files";
import { newId, timeOrderedHex } from "#server/ids";
import { startQueue, stopQueue } from "#server/jobs/queue";
import { PARSER_VERSION } from "#server/retrieval/parse/document";
import { stopReadWorkers } from "#server/retrieval/parse/worker-pool";
import type { ServiceContext } from "#server/services/context";
import { systemContext } from "#server/services/setup/system-context";
import { createVectorStore } from "#server/services/vector-stores/create-vector-store";
import { ingestFile } from "#server/services/vector-stores/ingest-file";
import { searchVectorStores } from "#server/services/vector-stores/search-vector-stores";
import { createTeam, openTestDatabase, type TestDatabase } from "#tests/support/database";
import { hasJudgedSets, JUDGED_SETS, type JudgedSet, judge, readJudgedSet } from "#tests/support/judged-set";

let database: TestDatabase;
let ctx: ServiceContext;
let teamId: string;

beforeAll(async () => {
  database = await openTestDatabase();
  await startQueue();
  ({ teamId } = await createTeam());
  ctx = systemContext(teamId);
});

afterAll(async () => {
  await stopReadWorkers();
  await stopQueue();
  await database.close();
});

/** A store with each document as a file of its own, cut, embedded and indexed as uploads are. */
async function load(set: JudgedSet): Promise<{ vectorStoreId: string; documentOf: Map<string, string> }> {
  const { id: vectorStoreId } = await createVectorStore({ ctx, input: { name: "judged" } });
  const documentOf = new Map<string, string>();
  const createdAt = new Date();
  for (const [index, document] of set.documents.entries()) {
    const id = newId("file");
    documentOf.set(id, document.id);
    const file = {
      id,
      filename: `${index}.txt`,
      purpose: "assistants",
      mediaType: "text/plain",
      createdAt,
      expiresAt: null,
    };
    await insertFile(teamId, { ...file, bytes: document.text.length, sha256: "" });
    const text = { parserVersion: PARSER_VERSION, kind: "text", text: document.text, pages: [], headings: [] };
    await saveFileText({ teamId, fileId: id }, text);
    const ingestId = timeOrderedHex();
    const chunkingStrategy = { maxChunkSizeTokens: 400, chunkOverlapTokens: 0 };
    await inTransaction((tx) =>
      upsertVectorStoreFiles(
        { teamId, vectorStoreId },
        [
          {
            queueLine: "small" as const,
            queuePlace: 0,
            fileId: id,
            attributes: {},
            chunkingStrategy,
            ingestId,
            createdAt,
          },
        ],
        tx,
      ),
    );
    await ingestFile({ input: { teamId, vectorStoreId, fileId: id, ingestId }, signal: ctx.signal });
  }
  return { vectorStoreId, documentOf };
}

/** Scores of the set's questions, 50 chunks asked, a document scored by its best. */
async function measure(
  set: JudgedSet,
  { vectorStoreId, documentOf }: Awaited<ReturnType<typeof load>>,
  weights: { embedding_weight: number; text_weight: number } | null,
) {
  const rankings = new Map<string, string[]>();
  for (const query of set.queries) {
    const { hits } = await searchVectorStores({
      ctx,
      input: {
        vectorStoreIds: [vectorStoreId],
        queries: [query.text],
        maxNumResults: 50,
        rankingOptions: { hybrid_search: weights },
      },
    });
    rankings.set(query.id, [...new Set(hits.map((hit) => documentOf.get(hit.fileId) ?? ""))]);
  }
  return judge(set, rankings);
}

/** Hundreds of documents are read and hundreds of questions asked; a time-out only guards against hanging. */
const TIMEOUT_MS = 600_000;

describe.skipIf(!hasJudgedSets)("retrieval over judged sets", { timeout: TIMEOUT_MS }, () => {
  it.each([
    { name: "codebase", recall: 0.87, ndcg: 0.69 },
    { name: "docs", recall: 0.9, ndcg: 0.75 },
  ])("reaches its mark on $name, and is no worse than its better leg", async ({ name, ...atLeast }) => {
    const set = readJudgedSet(`${JUDGED_SETS}/${name}`);
    const loaded = await load(set);
    const hybrid = await measure(set, loaded, null);
    const keyword = await measure(set, loaded, { embedding_weight: 0, text_weight: 1 });
    const vector = await measure(set, loaded, { embedding_weight: 1, text_weight: 0 });
    expect(hybrid.recall).toBeGreaterThanOrEqual(atLeast.recall);
    expect(hybrid.ndcg).toBeGreaterThanOrEqual(atLeast.ndcg);
    expect(hybrid.ndcg).toBeGreaterThanOrEqual(Math.max(keyword.ndcg, vector.ndcg) - 0.01);
    expect(hybrid.recall).toBeGreaterThanOrEqual(Math.max(keyword.recall, vector.recall) - 0.01);
  });
});
