import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pool } from "#server/db/client";
import { startQueue, stopQueue } from "#server/jobs/queue";
import { stopReadWorkers } from "#server/retrieval/parse/worker-pool";
import type { ServiceContext } from "#server/services/context";
import { systemContext } from "#server/services/setup/system-context";
import { attachFile } from "#server/services/vector-stores/attach-file";
import { createVectorStore } from "#server/services/vector-stores/create-vector-store";
import { ingestFile } from "#server/services/vector-stores/ingest-file";
import { searchVectorStores } from "#server/services/vector-stores/search-vector-stores";
import { createTeam, openTestDatabase, type TestDatabase } from "#tests/support/database";
import { storeTestFile } from "#tests/support/documents";

const FILES = {
  "lease-en": "The lease ends on the first of January. Either party may terminate the contracts in writing.",
  "garden-en": "The roses in the garden need water in the summer, and the trees are pruned in the winter.",
  "miete-de": "Der Mieter kann die Verträge schriftlich kündigen. Die Häuser der Stadt werden jährlich geprüft.",
  "bail-fr": "Le locataire peut résilier les contrats par écrit. Les chevaux sont logés dans les écuries du château.",
  "zwrot-pl": "Zwrot towaru jest możliwy w ciągu trzydziestu dni od dnia zakupu. Zespół nazywa się The Beatles.",
  "tokyo-ja": "東京都は日本の首都です。人口は約1400万人です。電車の運賃は毎年改定されます。",
  "beijing-zh": "北京是中国的首都。博物馆在星期一闭馆。",
};

let database: TestDatabase;
let ctx: ServiceContext;
let vectorStoreId: string;

beforeAll(async () => {
  database = await openTestDatabase();
  await startQueue();
  const { teamId } = await createTeam();
  ctx = systemContext(teamId);
  ({ id: vectorStoreId } = await createVectorStore({ ctx, input: { name: "languages" } }));
  for (const [name, content] of Object.entries(FILES)) {
    const { id: fileId } = await storeTestFile(ctx, { filename: `${name}.txt`, content });
    const { ingestId } = await attachFile({ ctx, input: { vectorStoreId, fileId, attributes: {}, strategy: null } });
    await ingestFile({ input: { teamId, vectorStoreId, fileId, ingestId }, signal: ctx.signal });
  }
});

afterAll(async () => {
  await stopReadWorkers();
  await stopQueue();
  await database.close();
});

/** Names of the files found by their words alone, best first. */
async function found(query: string): Promise<string[]> {
  const rankingOptions = { hybrid_search: { embedding_weight: 0, text_weight: 1 } };
  const input = { vectorStoreIds: [vectorStoreId], queries: [query], maxNumResults: 10, rankingOptions };
  const { hits } = await searchVectorStores({ ctx, input });
  return hits.map((hit) => hit.filename.replace(".txt", ""));
}

describe("a store of documents in several languages", () => {
  it("keeps the language of each", async () => {
    const { rows } = await pool().query<{ filename: string; language: string }>(
      `SELECT f.filename, s.text_configuration AS language
       FROM vector_store_file s JOIN file f ON f.team_id = s.team_id AND f.id = s.file_id
       WHERE s.team_id = $1 AND s.vector_store_id = $2 ORDER BY f.filename`,
      [ctx.principal.teamId, vectorStoreId],
    );
    expect(rows.map(({ filename, language }) => `${filename}: ${language}`)).toEqual([
      "bail-fr.txt: french",
      "beijing-zh.txt: simple",
      "garden-en.txt: english",
      "lease-en.txt: english",
      "miete-de.txt: german",
      "tokyo-ja.txt: simple",
      "zwrot-pl.txt: simple",
    ]);
  });

  it.each([
    ["Haus und Vertrag", "miete-de"],
    ["cheval", "bail-fr"],
    ["terminating a contract", "lease-en"],
    ["zakupu", "zwrot-pl"],
    ["電車の運賃", "tokyo-ja"],
    ["博物馆", "beijing-zh"],
  ])("finds by the forms of words: %s in %s", async (query, file) => {
    expect((await found(query))[0]).toBe(file);
  });

  it("finds both documents that name a capital, and no others", async () => {
    expect((await found("首都")).sort()).toEqual(["beijing-zh", "tokyo-ja"]);
  });

  it("does not take one language's stop words for another's rare words", async () => {
    expect(await found("the roses of the garden")).toEqual(["garden-en"]);
  });
});
