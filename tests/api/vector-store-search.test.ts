import type OpenAI from "openai";
import { toFile } from "openai";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { createTeam, openaiClient, query, type TestTeam } from "#tests/support/server";

const server = inject("server");
let team: TestTeam;
let client: OpenAI;

beforeAll(async () => {
  team = await createTeam(server);
  client = openaiClient(server, team.key);
});

async function upload(name: string, content: string | Uint8Array): Promise<OpenAI.FileObject> {
  return client.files.create({ file: await toFile(Buffer.from(content), name), purpose: "assistants" });
}

/** A store that holds these texts, all read. */
async function storeOf(
  texts: Record<string, string>,
  attributes: Record<string, Record<string, string | number>> = {},
) {
  const store = await client.vectorStores.create({ name: "texts" });
  for (const [name, text] of Object.entries(texts)) {
    const { id } = await upload(name, text);
    const file = await client.vectorStores.files.createAndPoll(store.id, {
      file_id: id,
      attributes: attributes[name] ?? {},
    });
    expect(file.status).toBe("completed");
  }
  return store;
}

describe("search", () => {
  const texts = {
    "apollo.txt": "Apollo 11 landed on the Moon in 1969. Neil Armstrong was the first to walk on it.",
    "bread.txt": "Knead the dough for ten minutes, then let it rise until it has doubled in size.",
    "bees.txt": "Honey bees dance to tell their sisters where the flowers are.",
  };
  const attributes = {
    "apollo.txt": { year: 1969, kind: "history" },
    "bread.txt": { year: 2001, kind: "recipe" },
    "bees.txt": { year: 2020, kind: "nature" },
  };
  let store: OpenAI.VectorStore;

  beforeAll(async () => {
    store = await storeOf(texts, attributes);
  });

  const names = (page: OpenAI.VectorStores.VectorStoreSearchResponsesPage) => page.data.map((hit) => hit.filename);

  it("finds the passage for a question and gives OpenAI's page", async () => {
    const page = await client.vectorStores.search(store.id, { query: "Who walked first on the moon?" });
    const raw = await client.post<Record<string, unknown>>(`/vector_stores/${store.id}/search`, {
      body: { query: ["moon", "bread dough"] },
    });
    expect(page.data[0]).toMatchObject({
      filename: "apollo.txt",
      file_id: expect.stringMatching(/^file-/),
      attributes: attributes["apollo.txt"],
      content: [{ type: "text", text: texts["apollo.txt"] }],
    });
    expect(page.data[0]?.score).toBeGreaterThan(0.9);
    expect(page.data[0]?.score).toBeLessThanOrEqual(1);
    expect(raw).toMatchObject({
      object: "vector_store.search_results.page",
      search_query: ["moon", "bread dough"],
      has_more: false,
      next_page: null,
    });
    const both = await client.vectorStores.search(store.id, { query: ["moon", "bread dough"], max_num_results: 2 });
    expect(new Set(names(both))).toEqual(new Set(["apollo.txt", "bread.txt"]));
  });

  it("answers a question of stop words with something", async () => {
    const page = await client.vectorStores.search(store.id, { query: "what is it and why?" });
    expect(page.data.length).toBeGreaterThan(0);
  });

  it.each([
    [{ type: "eq", key: "kind", value: "recipe" }, ["bread.txt"]],
    [{ type: "ne", key: "kind", value: "recipe" }, ["apollo.txt", "bees.txt"]],
    [{ type: "gt", key: "year", value: 2001 }, ["bees.txt"]],
    [{ type: "gte", key: "year", value: 2001 }, ["bees.txt", "bread.txt"]],
    [{ type: "lt", key: "year", value: 2001 }, ["apollo.txt"]],
    [{ type: "lte", key: "year", value: 1969 }, ["apollo.txt"]],
    [{ type: "in", key: "kind", value: ["recipe", "nature"] }, ["bees.txt", "bread.txt"]],
    [{ type: "nin", key: "kind", value: ["recipe", "nature"] }, ["apollo.txt"]],
    [
      {
        type: "or",
        filters: [
          { type: "eq", key: "kind", value: "history" },
          {
            type: "and",
            filters: [
              { type: "gt", key: "year", value: 2000 },
              { type: "eq", key: "kind", value: "nature" },
            ],
          },
        ],
      },
      ["apollo.txt", "bees.txt"],
    ],
  ])("filters by %j", async (filters, expected) => {
    const page = await client.vectorStores.search(store.id, {
      query: "moon dough flowers",
      filters: filters as OpenAI.ComparisonFilter,
    });
    expect(names(page).toSorted()).toEqual(expected);
  });

  it("filters by a file's name and id and by a passage's place, unless the file has attributes of these names", async () => {
    const text = Array.from({ length: 200 }, (_, at) => `Lighthouse ${at} stands on rock ${at * 3}.`).join(" ");
    const { id } = await upload("lighthouses.txt", text);
    const named = await upload("plain.txt", "A lighthouse of brick.");
    const own = await client.vectorStores.create({ name: "places" });
    await client.vectorStores.fileBatches.createAndPoll(own.id, {
      files: [
        {
          file_id: id,
          chunking_strategy: { type: "static", static: { max_chunk_size_tokens: 100, chunk_overlap_tokens: 20 } },
        },
        { file_id: named.id, attributes: { filename: "renamed" } },
      ],
    });
    /** How many lighthouses were found (adjacent passages are one result), and whether the other file was. */
    const count = async (filters: object) => {
      const body = { query: "lighthouse", max_num_results: 50, filters };
      const path = `/vector_stores/${own.id}/search`;
      const { data } = await client.post<OpenAI.VectorStores.VectorStoreSearchResponsesPage>(path, { body });
      for (const hit of data) expect(hit.score).toBeGreaterThan(0);
      const found = data.filter((hit) => hit.file_id === id).map((hit) => hit.content[0]?.text ?? "");
      const lighthouses = new Set(
        found.flatMap((part) => [...part.matchAll(/Lighthouse (\d+) stands/g)]).map((m) => m[1]),
      );
      return [lighthouses.size, data.filter((hit) => hit.file_id === named.id).length];
    };
    const eq = (key: string, value: string | number) => ({ type: "eq", key, value });
    const both = (type: "and" | "or", ...filters: object[]) => ({ type, filters });
    const [all = 0] = await count(eq("filename", "lighthouses.txt"));
    expect(all).toBe(200);
    expect(await count(both("and", eq("filename", "lighthouses.txt"), eq("file_id", id)))).toEqual([all, 0]);
    expect(await count(both("and", eq("filename", "lighthouses.txt"), eq("file_id", named.id)))).toEqual([0, 0]);
    expect(await count(both("or", eq("filename", "none.txt"), eq("file_id", id)))).toEqual([all, 0]);
    expect(await count({ type: "gte", key: "chunk_index", value: 0 })).toEqual([all, 1]);
    const upTo = async (value: number) => (await count({ type: "lt", key: "chunk_index", value }))[0] ?? 0;
    const [first, three] = [await upTo(1), await upTo(3)];
    expect(first).toBeGreaterThan(5);
    expect(three).toBeGreaterThan(2 * first);
    expect(three).toBeLessThan(4 * first);
    const nested = both("and", eq("file_id", id), both("or", eq("filename", "none.txt"), eq("chunk_index", 0)));
    expect(await count(nested)).toEqual([first, 0]);
    expect(await count(eq("filename", "renamed"))).toEqual([0, 1]);
    expect(await count(eq("filename", "plain.txt"))).toEqual([0, 0]);
  });

  it("honours threshold, weights and number of results", async () => {
    const one = await client.vectorStores.search(store.id, { query: "moon dough flowers", max_num_results: 1 });
    expect(one.data).toHaveLength(1);
    const strict = await client.vectorStores.search(store.id, {
      query: "moon",
      ranking_options: { score_threshold: 0.95 },
    });
    expect(names(strict)).toEqual(["apollo.txt"]);
    const keywords = await client.post<{ data: { filename: string; score: number }[] }>(
      `/vector_stores/${store.id}/search`,
      { body: { query: "moon", ranking_options: { hybrid_search: { embedding_weight: 0, text_weight: 1 } } } },
    );
    expect(keywords.data).toMatchObject([{ filename: "apollo.txt", score: 1 }]);
  });

  it("names what is wrong, by path", async () => {
    const search = (body: Record<string, unknown>) => client.post(`/vector_stores/${store.id}/search`, { body });
    await expect(search({})).rejects.toMatchObject({ status: 400, param: "query", code: "missing_required_parameter" });
    await expect(search({ query: "x", max_num_results: 51 })).rejects.toMatchObject({
      param: "max_num_results",
      message: expect.stringContaining("<= 50"),
    });
    await expect(search({ query: "x", filters: { type: "like", key: "a", value: "b" } })).rejects.toMatchObject({
      param: "filters.type",
      message: expect.stringContaining("'nin'"),
    });
    await expect(
      search({ query: "x", filters: { type: "and", filters: [{ type: "eq", key: "a" }] } }),
    ).rejects.toMatchObject({ param: "filters.filters[0].value" });
    await expect(search({ query: "x", ranking_options: { score_threshold: 2 } })).rejects.toMatchObject({
      param: "ranking_options.score_threshold",
    });
    await expect(
      search({ query: "x", ranking_options: { hybrid_search: { embedding_weight: 0, text_weight: 0 } } }),
    ).rejects.toMatchObject({ status: 400, param: "ranking_options.hybrid_search" });
    await expect(client.vectorStores.search("vs_unknown", { query: "x" })).rejects.toMatchObject({ status: 404 });
  });

  it("treats a quote or a backslash in a question as text", async () => {
    const page = await client.vectorStores.search(store.id, { query: `moon's "dust" \\ ' | & ! ( ) :* <-> Armstrong` });
    expect(names(page)[0]).toBe("apollo.txt");
  });

  it("marks the store as used", async () => {
    await query(server, "UPDATE vector_store SET last_active_at = now() - interval '1 hour' WHERE id = $1", [store.id]);
    const before = (await client.vectorStores.retrieve(store.id)).last_active_at ?? 0;
    await client.vectorStores.search(store.id, { query: "moon" });
    expect((await client.vectorStores.retrieve(store.id)).last_active_at).toBeGreaterThan(before + 3000);
  });

  it("refuses a store that has expired", async () => {
    const old = await client.vectorStores.create({ name: "old", expires_after: { anchor: "last_active_at", days: 1 } });
    await query(server, "UPDATE vector_store SET last_active_at = now() - interval '2 days' WHERE id = $1", [old.id]);
    expect((await client.vectorStores.retrieve(old.id)).status).toBe("expired");
    const refusal = { status: 400, message: expect.stringContaining("has expired") };
    await expect(client.vectorStores.search(old.id, { query: "x" })).rejects.toMatchObject(refusal);
    const { id } = await upload("a.txt", "a");
    await expect(client.vectorStores.files.create(old.id, { file_id: id })).rejects.toMatchObject(refusal);
    await expect(client.vectorStores.fileBatches.create(old.id, { file_ids: [id] })).rejects.toMatchObject(refusal);
    // A change counts as a use.
    const revived = await client.vectorStores.update(old.id, { name: "new again" });
    expect(revived).toMatchObject({ status: "completed", expires_at: (revived.last_active_at ?? 0) + 24 * 3600 });
    expect((await client.vectorStores.search(old.id, { query: "x" })).data).toEqual([]);
  });
});
