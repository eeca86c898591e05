import type OpenAI from "openai";
import { toFile } from "openai";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { createTeam, openaiClient, query, type TestTeam } from "#tests/support/server";

const server = inject("server");
const TOPICS = [
  "harbour",
  "granary",
  "brewery",
  "foundry",
  "orchard",
  "chapel",
  "quarry",
  "dairy",
  "tannery",
  "smithy",
];
const TEXT = TOPICS.map((topic, at) =>
  [`The ${topic} was built by a guild of ${at + 3} masters.`, `In its yard the ${topic} keeps a bell of bronze.`]
    .concat(
      Array.from({ length: 6 }, (_, line) => `Rule ${line + 1} of the ${topic} binds whoever enters it at night.`),
    )
    .join(" "),
).join("\n\n");
const small = { type: "static" as const, static: { max_chunk_size_tokens: 100, chunk_overlap_tokens: 0 } };

/** Our fields beside OpenAI's. */
interface Found {
  file_id: string;
  text: string;
  score: number;
  chunk_id: string;
  chunk_ids?: string[];
  char_start: number;
  char_end: number;
  duplicates?: { file_id: string; filename: string; chunk_id: string }[];
}
type Chunk = { id: string; file_id: string; char_start: number; char_end: number };

let team: TestTeam;
let client: OpenAI;
let storeId: string;
let firstId: string;
let copyId: string;
let chunks: Map<string, Chunk>;

beforeAll(async () => {
  team = await createTeam(server);
  client = openaiClient(server, team.key);
  storeId = (await client.vectorStores.create({ name: "town" })).id;
  const add = async (name: string) => {
    const { id } = await client.files.create({ file: await toFile(Buffer.from(TEXT), name), purpose: "assistants" });
    const body = { file_id: id, chunking_strategy: small };
    const file = await client.vectorStores.files.createAndPoll(storeId, body, { pollIntervalMs: 50 });
    expect(file.status).toBe("completed");
    return id;
  };
  firstId = await add("town.txt");
  copyId = await add("copy of town.txt");
  const select = "SELECT id::text, file_id, char_start, char_end FROM chunk WHERE team_id = $1 ORDER BY id";
  chunks = new Map((await query<Chunk>(server, select, [team.teamId])).map((chunk) => [chunk.id, chunk]));
});

/** What `file_search` found, and the citations of the answer. */
async function ask(input: string) {
  const response = await client.responses.create({
    model: "builtin/demo",
    input,
    tools: [{ type: "file_search", vector_store_ids: [storeId], max_num_results: 4 }],
    include: ["file_search_call.results"],
  });
  const call = response.output.find((item) => item.type === "file_search_call");
  const message = response.output.find((item) => item.type === "message");
  const [part] = message?.content ?? [];
  const annotations = part?.type === "output_text" ? part.annotations : [];
  return { results: (call?.results ?? []) as unknown[] as Found[], citations: annotations as object[] as Cited[] };
}
interface Cited {
  file_id: string;
  chunk_id: string;
  char_start: number;
  char_end: number;
  quote: string;
}

describe("results of a search", () => {
  it("are joined where they stand side by side, with the exact text, span and chunks", async () => {
    const { results } = await ask("What rule binds whoever enters the granary or the brewery at night?");
    expect(results).toHaveLength(4);
    expect(results.some((result) => (result.chunk_ids ?? []).length > 1)).toBe(true);
    for (const result of results) {
      const ids = result.chunk_ids ?? [result.chunk_id];
      expect(ids).toContain(result.chunk_id);
      expect(ids.length).toBeLessThanOrEqual(3);
      const parts = ids.map((id) => chunks.get(id));
      expect(parts.map((chunk) => chunk?.file_id)).toEqual(ids.map(() => result.file_id));
      expect([result.char_start, result.char_end]).toEqual([parts[0]?.char_start, parts.at(-1)?.char_end]);
      expect(result.text).toBe(TEXT.slice(result.char_start, result.char_end));
    }
    const scores = results.map((result) => result.score);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    const used = results.flatMap((result) => result.chunk_ids ?? [result.chunk_id]);
    expect(new Set(used).size).toBe(used.length);
  });

  it("name the copies that were left out for them, and find them once the better one is gone", async () => {
    const { results } = await ask("Which guild built the granary?");
    expect(new Set(results.map((result) => result.file_id)).size).toBe(1);
    const [best] = results;
    const [kept, other] = best?.file_id === firstId ? [firstId, copyId] : [copyId, firstId];
    expect(best?.duplicates).toContainEqual(expect.objectContaining({ file_id: other, filename: expect.any(String) }));
    for (const copy of best?.duplicates ?? []) expect(chunks.get(copy.chunk_id)?.file_id).toBe(other);
    const filters = { type: "eq" as const, key: "file_id", value: other };
    const page = await client.vectorStores.search(storeId, { query: "guild granary", filters });
    expect(new Set(page.data.map((hit) => hit.file_id))).toEqual(new Set([other]));
    expect(kept).not.toBe(other);
  });

  it("are cited chunk by chunk, at the place of the quoted sentence", async () => {
    for (const topic of TOPICS.slice(1, 4)) {
      const { results, citations } = await ask(`Who built the ${topic}, and what does it keep in its yard?`);
      expect(citations.length).toBeGreaterThan(0);
      for (const citation of citations) {
        expect(TEXT.slice(citation.char_start, citation.char_end)).toBe(citation.quote);
        const chunk = chunks.get(citation.chunk_id);
        expect(chunk?.file_id).toBe(citation.file_id);
        expect(citation.char_start).toBeGreaterThanOrEqual(chunk?.char_start ?? Number.NaN);
        expect(citation.char_start).toBeLessThan(chunk?.char_end ?? Number.NaN);
        expect(results.flatMap((result) => result.chunk_ids ?? [result.chunk_id])).toContain(citation.chunk_id);
      }
    }
  });

  it("are the same by the search endpoint, in OpenAI's shape", async () => {
    const page = await client.vectorStores.search(storeId, { query: "rule binds granary brewery", max_num_results: 4 });
    expect(page.data).toHaveLength(4);
    for (const hit of page.data) {
      expect(Object.keys(hit).toSorted()).toEqual(["attributes", "content", "file_id", "filename", "score"]);
      expect(hit.content).toHaveLength(1);
      expect(TEXT).toContain(hit.content[0]?.text);
    }
    expect(page.data.some((hit) => /granary.*brewery/s.test(hit.content[0]?.text ?? ""))).toBe(true);
  });
});
