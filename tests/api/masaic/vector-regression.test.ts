import type OpenAI from "openai";
import { toFile } from "openai";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { createTeam, openaiClient, query, type TestTeam } from "#tests/support/server";

// The cases of Masaic's own regression script over vector stores, in its order and numbering, in its requests; where the
// script looks at the status, the bodies, scores and counts are asserted.

const server = inject("server");
const TEXT =
  "This is test content for the vector store. It tells of qdrant, of embeddings and of how files are searched.";
const OTHER = "A recipe for plum jam, with sugar and patience.";
const LONG = Array.from({ length: 120 }, (_, at) => `Entry ${at} of the test content stands in row ${at * 3}.`).join(
  " ",
);

let team: TestTeam;
let client: OpenAI;
let storeId: string;
let fileId: string;
let otherId: string;

interface Found {
  search_query: string[];
  data: {
    file_id: string;
    filename: string;
    score: number;
    attributes: Record<string, unknown>;
    content: { text: string }[];
  }[];
}

/** A request as the script's curl sends it. */
async function call<T>(method: string, path: string, body?: unknown): Promise<{ status: number; body: T }> {
  const answer = await fetch(`${server.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${team.key}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as T };
}

async function search(body: Record<string, unknown>): Promise<Found> {
  const answer = await call<Found>("POST", `/v1/vector_stores/${storeId}/search`, { query: "test content", ...body });
  expect(answer.status).toBe(200);
  for (const hit of answer.body.data) {
    expect(hit.score).toBeGreaterThan(0);
    expect(hit.score).toBeLessThanOrEqual(1);
  }
  return answer.body;
}

const eq = (key: string, value: unknown) => ({ type: "eq", key, value });
const both = (type: "and" | "or", ...filters: object[]) => ({ type, filters });
const filesOf = (found: Found) => [...new Set(found.data.map((hit) => hit.file_id))].toSorted();

async function upload(text: string, name: string): Promise<string> {
  return (await client.files.create({ file: await toFile(Buffer.from(text), name), purpose: "user_data" })).id;
}

async function chunkCount(store: string, file: string): Promise<{ chunks: number; longest: number }> {
  const [row] = await query<{ chunks: number; longest: number }>(
    server,
    `SELECT count(*)::int AS chunks, max(token_count)::int AS longest FROM chunk
     WHERE team_id = $1 AND vector_store_id = $2 AND file_id = $3`,
    [team.teamId, store, file],
  );
  return row ?? { chunks: 0, longest: 0 };
}

beforeAll(async () => {
  team = await createTeam(server);
  client = openaiClient(server, team.key);
  [fileId, otherId] = [await upload(TEXT, "test_file.txt"), await upload(OTHER, "jam.txt")];
  const body = { name: "Test Store", file_ids: [fileId, otherId] };
  const created = await call<OpenAI.VectorStore>("POST", "/v1/vector_stores", body);
  expect(created).toMatchObject({ status: 200, body: { object: "vector_store", name: "Test Store" } });
  storeId = created.body.id;
  for (const id of [fileId, otherId]) {
    const file = await client.vectorStores.files.poll(storeId, id, { pollIntervalMs: 50 });
    expect(file).toMatchObject({ status: "completed", last_error: null });
  }
});

describe("vector stores", () => {
  it("2 to 4: are created with name and description, listed and read; 8 and 10: deleted", async () => {
    const made = await call<OpenAI.VectorStore>("POST", "/v1/vector_stores", {
      name: "Empty",
      description: "none yet",
    });
    expect(made).toMatchObject({ status: 200, body: { name: "Empty", description: "none yet", status: "completed" } });
    const { id } = made.body;
    expect(id).toMatch(/^vs_/);
    const list = await call<{ data: OpenAI.VectorStore[] }>("GET", "/v1/vector_stores");
    expect(list.body.data.filter((store) => [id, storeId].includes(store.id))).toHaveLength(2);
    expect(await call("GET", `/v1/vector_stores/${id}`)).toEqual({ status: 200, body: made.body });
    const deleted = await call("DELETE", `/v1/vector_stores/${id}`);
    expect(deleted).toEqual({ status: 200, body: { id, object: "vector_store.deleted", deleted: true } });
    expect((await call("GET", `/v1/vector_stores/${id}`)).status).toBe(404);
    expect(await query(server, "SELECT FROM chunk WHERE vector_store_id = $1", [id])).toHaveLength(0);
  });

  it("5 and 6: have their files, in a list, counted", async () => {
    const files = await call<{ data: { id: string }[] }>("GET", `/v1/vector_stores/${storeId}/files`);
    expect(files.status).toBe(200);
    expect(files.body.data.map((file) => file.id).toSorted()).toEqual([fileId, otherId].toSorted());
    const store = await call<OpenAI.VectorStore>("GET", `/v1/vector_stores/${storeId}`);
    expect(store.body).toMatchObject({ status: "completed", file_counts: { completed: 2, total: 2, failed: 0 } });
    expect(store.body.usage_bytes).toBeGreaterThan(0);
  });

  it("7j: give a file's text", async () => {
    const path = `/v1/vector_stores/${storeId}/files/${fileId}/content`;
    const content = await call<{ data: { text: string }[] }>("GET", path);
    expect(content.status).toBe(200);
    expect(content.body.data.map((part) => part.text).join("")).toBe(TEXT);
  });
});

describe("searches", () => {
  it("7: find the passage, at most as many as asked", async () => {
    const found = await search({ max_num_results: 3 });
    expect(found.data[0]).toMatchObject({ file_id: fileId, content: [{ type: "text", text: TEXT }] });
    expect(found.data[0]?.score).toBeGreaterThan(0.9);
    expect(found.data.length).toBeLessThanOrEqual(3);
    expect((await search({ max_num_results: 1 })).data).toHaveLength(1);
  });

  it("7a to 7c: are narrowed by file name and id, and either of two", async () => {
    const name = eq("filename", "test_file.txt");
    const byName = await search({ filters: name });
    expect(byName.data).toHaveLength(1);
    expect(byName.data[0]).toMatchObject({ filename: "test_file.txt", file_id: fileId });
    expect(filesOf(await search({ filters: both("and", name, eq("file_id", fileId)) }))).toEqual([fileId]);
    expect(filesOf(await search({ filters: both("and", name, eq("file_id", otherId)) }))).toEqual([]);
    const either = both("or", eq("filename", "non-existent.txt"), eq("file_id", fileId));
    expect(filesOf(await search({ filters: either }))).toEqual([fileId]);
  });

  it("7d and 7e: are narrowed by a passage's place, and by conditions in conditions", async () => {
    const all = await search({ filters: { type: "gte", key: "chunk_index", value: 0 } });
    expect(filesOf(all)).toEqual([fileId, otherId].toSorted());
    expect((await search({ filters: { type: "lt", key: "chunk_index", value: 0 } })).data).toEqual([]);
    const nested = both("and", eq("file_id", fileId), both("or", eq("filename", "none.txt"), eq("chunk_index", 0)));
    expect(filesOf(await search({ filters: nested }))).toEqual([fileId]);
  });

  it("7f: keep what reaches the threshold, all of it and nothing else", async () => {
    const all = await search({});
    const scores = all.data.map((hit) => hit.score);
    expect(scores).toHaveLength(2);
    for (const score_threshold of [0.1, ...scores, 1]) {
      const kept = await search({ ranking_options: { ranker: "auto", score_threshold } });
      expect(kept.data).toEqual(all.data.filter((hit) => hit.score >= score_threshold));
    }
  });

  it("7g: find passages of the size that was asked for", async () => {
    const id = await upload(LONG, "long.txt");
    const chunking_strategy = { type: "static", static: { max_chunk_size_tokens: 100, chunk_overlap_tokens: 20 } };
    const body = { name: "Static", file_ids: [id], chunking_strategy };
    const { status, body: store } = await call<OpenAI.VectorStore>("POST", "/v1/vector_stores", body);
    expect(status).toBe(200);
    const file = await client.vectorStores.files.poll(store.id, id, { pollIntervalMs: 50 });
    expect(file).toMatchObject({ status: "completed", chunking_strategy });
    const { chunks, longest } = await chunkCount(store.id, id);
    expect(longest).toBeLessThanOrEqual(100);
    // 120 sentences of 13 or so tokens, 80 new ones a passage.
    expect(chunks).toBeGreaterThanOrEqual(18);
    expect(chunks).toBeLessThanOrEqual(26);
    const page = await client.vectorStores.search(store.id, { query: "Entry 77", max_num_results: 1 });
    expect(page.data[0]?.content[0]?.text).toContain("Entry 77 of the test content stands in row 231.");
  });

  it("7h: are narrowed by attributes that a file was given later, at once", async () => {
    const attributes = { category: "test", priority: 1, is_important: true };
    const path = `/v1/vector_stores/${storeId}/files/${fileId}`;
    expect(await call("POST", path, { attributes })).toMatchObject({ status: 200, body: { attributes } });
    for (const [key, value] of Object.entries(attributes)) {
      const found = await search({ filters: eq(key, value) });
      expect(filesOf(found)).toEqual([fileId]);
      expect(found.data[0]?.attributes).toEqual(attributes);
    }
    expect((await search({ filters: eq("category", "other") })).data).toEqual([]);
  });

  it("7i: say what a rewritten question was searched as", async () => {
    const query = "What is test content and how is plum jam made?";
    const found = await search({ query, rewrite_query: true });
    expect(found.search_query.length).toBeGreaterThan(1);
    expect(found.search_query).not.toContain(query);
    expect(filesOf(found)).toEqual([fileId, otherId].toSorted());
    expect((await search({ query })).search_query).toEqual([query]);
  });
});

describe("responses", () => {
  it("1: answer without a store; 9: from the file that a filter leaves, and no other", async () => {
    const input = [{ role: "user", content: "Which test content tells of qdrant, and how is jam made?" }];
    const plain = await call<OpenAI.Responses.Response>("POST", "/v1/responses", { model: "builtin@demo", input });
    expect(plain).toMatchObject({ status: 200, body: { status: "completed" } });
    for (const id of [fileId, otherId]) {
      const filters = both("and", eq("file_id", id));
      const tools = [{ type: "file_search", vector_store_ids: [storeId], filters, max_num_results: 3 }];
      const body = { model: "builtin@demo", input, tools, include: ["file_search_call.results"] };
      const answer = await call<OpenAI.Responses.Response>("POST", "/v1/responses", body);
      expect(answer.status).toBe(200);
      const results = answer.body.output.flatMap((item) =>
        item.type === "file_search_call" ? (item.results ?? []) : [],
      );
      expect(results.map((result) => result.file_id)).toEqual([id]);
      expect(results[0]?.score).toBeGreaterThan(0);
    }
  });

  it("8: find nothing of a store that is deleted", async () => {
    const gone = await client.vectorStores.create({ name: "Gone", file_ids: [fileId] });
    await client.vectorStores.files.poll(gone.id, fileId, { pollIntervalMs: 50 });
    expect((await call("DELETE", `/v1/vector_stores/${gone.id}`)).status).toBe(200);
    expect(await chunkCount(gone.id, fileId)).toEqual({ chunks: 0, longest: null });
    expect((await call("POST", `/v1/vector_stores/${gone.id}/search`, { query: "test content" })).status).toBe(404);
    expect(filesOf(await search({}))).toEqual([fileId, otherId].toSorted());
  });
});
