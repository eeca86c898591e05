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

describe("vector stores", () => {
  it("have OpenAI's shape and can be changed", async () => {
    const created = await client.vectorStores.create({
      name: "handbook",
      description: "what we do",
      expires_after: { anchor: "last_active_at", days: 7 },
      metadata: { owner: "ops" },
    });
    expect(created).toEqual({
      id: expect.stringMatching(/^vs_/),
      object: "vector_store",
      created_at: expect.any(Number),
      name: "handbook",
      description: "what we do",
      usage_bytes: 0,
      file_counts: { in_progress: 0, completed: 0, failed: 0, cancelled: 0, total: 0 },
      status: "completed",
      expires_after: { anchor: "last_active_at", days: 7 },
      expires_at: created.last_active_at === null ? null : created.last_active_at + 7 * 24 * 3600,
      last_active_at: expect.any(Number),
      metadata: { owner: "ops" },
      embedding: { model: "builtin/hash-1024", dimensions: 1024 },
    });
    const changed = await client.vectorStores.update(created.id, {
      name: "rules",
      expires_after: null,
      metadata: null,
    });
    expect(changed).toMatchObject({ name: "rules", expires_at: null, metadata: {} });
    expect(changed).not.toHaveProperty("expires_after");
    expect(await client.vectorStores.retrieve(created.id)).toMatchObject({ name: "rules", description: "what we do" });
    expect(await client.vectorStores.delete(created.id)).toEqual({
      id: created.id,
      object: "vector_store.deleted",
      deleted: true,
    });
    await expect(client.vectorStores.retrieve(created.id)).rejects.toMatchObject({ status: 404 });
  });

  it("are listed in pages, forwards and backwards", async () => {
    const own = openaiClient(server, (await createTeam(server)).key);
    const ids: string[] = [];
    for (const name of ["a", "b", "c", "d", "e"]) ids.push((await own.vectorStores.create({ name })).id);
    const paged: string[] = [];
    for await (const store of own.vectorStores.list({ limit: 2 })) paged.push(store.id);
    expect(paged).toEqual(ids.toReversed());
    const before = await own.vectorStores.list({ order: "asc", limit: 2, before: ids[3] ?? "" });
    expect(before.data.map((store) => store.id)).toEqual([ids[1], ids[2]]);
    expect(before.has_more).toBe(true);
  });

  it("say what is wrong with a request, by path", async () => {
    const create = (body: unknown) => client.post("/vector_stores", { body: body as Record<string, unknown> });
    await expect(
      create({ chunking_strategy: { type: "static", static: { max_chunk_size_tokens: 50, chunk_overlap_tokens: 0 } } }),
    ).rejects.toMatchObject({
      status: 400,
      param: "chunking_strategy.static.max_chunk_size_tokens",
      message: expect.stringContaining(">= 100"),
    });
    await expect(
      create({
        chunking_strategy: { type: "static", static: { max_chunk_size_tokens: 200, chunk_overlap_tokens: 101 } },
      }),
    ).rejects.toMatchObject({
      status: 400,
      param: "chunking_strategy.static.chunk_overlap_tokens",
      message: expect.stringContaining("half"),
    });
    await expect(create({ chunking_strategy: { type: "magic" } })).rejects.toMatchObject({
      param: "chunking_strategy.type",
      message: expect.stringContaining("'auto' and 'static'"),
    });
    await expect(create({ expires_after: { anchor: "last_active_at", days: 366 } })).rejects.toMatchObject({
      param: "expires_after.days",
      message: expect.stringContaining("<= 365"),
    });
    await expect(create({ file_ids: Array.from({ length: 501 }, () => "file-x") })).rejects.toMatchObject({
      param: "file_ids",
      code: "array_above_max_length",
    });
    await expect(
      create({ metadata: Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`k${index}`, "v"])) }),
    ).rejects.toMatchObject({ param: "metadata" });
    await expect(create({ file_ids: ["file-nobodys"] })).rejects.toMatchObject({ status: 404, param: "file_ids[0]" });
  });
});

describe("files in a vector store", () => {
  it("are uploaded and polled in one call, and can be read back", async () => {
    const store = await client.vectorStores.create({ name: "poll" });
    const text = "The quokka is a small marsupial. It lives on Rottnest Island.\n".repeat(200);
    const file = await client.vectorStores.files.uploadAndPoll(store.id, await toFile(Buffer.from(text), "quokka.txt"));
    expect(file.status).toBe("completed");
    const content = await client.vectorStores.files.content(file.id, { vector_store_id: store.id });
    expect(content.data.map((part) => part.text).join("")).toBe(text);
    expect(await client.vectorStores.retrieve(store.id)).toMatchObject({
      status: "completed",
      usage_bytes: file.usage_bytes,
      file_counts: { completed: 1, total: 1 },
    });
  });

  it("have OpenAI's shape and are cut as asked", async () => {
    const store = await client.vectorStores.create({ name: "static" });
    const { id } = await upload("words.txt", "One two three four five six seven. ".repeat(300));
    const strategy = { type: "static" as const, static: { max_chunk_size_tokens: 100, chunk_overlap_tokens: 20 } };
    const attached: { status: string; _request_id?: string | null } = await client.vectorStores.files.createAndPoll(
      store.id,
      {
        file_id: id,
        chunking_strategy: strategy,
      },
    );
    const { _request_id, ...file } = attached;
    expect(_request_id).toMatch(/^[0-9a-f]{32}$/);
    expect(file).toEqual({
      id,
      object: "vector_store.file",
      created_at: expect.any(Number),
      usage_bytes: expect.any(Number),
      vector_store_id: store.id,
      status: "completed",
      last_error: null,
      chunking_strategy: strategy,
      attributes: {},
    });
    const chunks = await query<{ start: number; end: number; tokens: number }>(
      server,
      `SELECT char_start AS start, char_end AS end, token_count AS tokens FROM chunk WHERE file_id = $1 ORDER BY ordinal`,
      [id],
    );
    expect(chunks.length).toBeGreaterThan(20);
    for (const [index, chunk] of chunks.entries()) {
      expect(chunk.tokens).toBeLessThanOrEqual(100);
      const next = chunks[index + 1];
      if (next) expect(next.start).toBeLessThan(chunk.end);
    }
  });

  it("echo `auto` as what it really is", async () => {
    const store = await storeOf({ "a.md": "# A\n\nSomething." });
    const [file] = (await client.vectorStores.files.list(store.id)).data;
    expect(file?.chunking_strategy).toEqual({
      type: "static",
      static: { max_chunk_size_tokens: 400, chunk_overlap_tokens: 0 },
    });
  });

  it("tell the poll helpers when to look again", async () => {
    const store = await client.vectorStores.create({ name: "header" });
    const { id } = await upload("a.txt", "hello");
    const { response } = await client.vectorStores.files.create(store.id, { file_id: id }).withResponse();
    expect(Number(response.headers.get("openai-poll-after-ms"))).toBeGreaterThan(0);
  });

  it("that cannot be read end failed, with a reason a person understands", async () => {
    const store = await client.vectorStores.create({ name: "bad" });
    const attach = async (name: string, content: Uint8Array | string) => {
      const { id } = await upload(name, content);
      return client.vectorStores.files.createAndPoll(store.id, { file_id: id });
    };
    expect(await attach("empty.txt", "   \n")).toMatchObject({
      status: "failed",
      last_error: { code: "invalid_file", message: "The file holds no text." },
    });
    expect(await attach("picture.pdf", Buffer.from("89504e470d0a1a0a0000000d49484452", "hex"))).toMatchObject({
      status: "failed",
      last_error: { code: "unsupported_file", message: expect.stringContaining("PNG") },
    });
    expect(await attach("broken.pdf", "%PDF-1.7\nnothing here")).toMatchObject({
      status: "failed",
      last_error: { code: "invalid_file", message: "The PDF is damaged and cannot be read." },
    });
    expect(await client.vectorStores.retrieve(store.id)).toMatchObject({
      status: "completed",
      file_counts: { failed: 3, total: 3 },
    });
    const failed = await client.vectorStores.files.list(store.id, { filter: "failed" });
    expect(failed.data).toHaveLength(3);
    expect((await client.vectorStores.files.list(store.id, { filter: "completed" })).data).toHaveLength(0);
  });

  it("attached twenty together all finish, and page", async () => {
    const files = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        upload(`${index}.txt`, `Document number ${index} speaks of topic ${index}.`),
      ),
    );
    const store = await client.vectorStores.create({ name: "twenty", file_ids: files.map((file) => file.id) });
    expect(store).toMatchObject({ status: "in_progress", file_counts: { in_progress: 20, total: 20 } });
    await expect
      .poll(async () => (await client.vectorStores.retrieve(store.id)).file_counts, { timeout: 60_000, interval: 200 })
      .toMatchObject({ completed: 20, in_progress: 0 });
    const paged: string[] = [];
    for await (const file of client.vectorStores.files.list(store.id, { limit: 7, order: "asc" })) paged.push(file.id);
    expect(paged).toHaveLength(20);
    expect(new Set(paged)).toEqual(new Set(files.map((file) => file.id)));
    const [first, second, third] = paged;
    const before = await client.vectorStores.files.list(store.id, { order: "asc", before: third ?? "" });
    expect(before.data.map((file) => file.id)).toEqual([first, second]);
  });

  it("carry attributes that can be replaced", async () => {
    const store = await storeOf({ "a.txt": "alpha" }, { "a.txt": { year: 2024, team: "ops" } });
    const [file] = (await client.vectorStores.files.list(store.id)).data;
    expect(file?.attributes).toEqual({ year: 2024, team: "ops" });
    const path = { vector_store_id: store.id };
    const updated = await client.vectorStores.files.update(file?.id ?? "", { ...path, attributes: { draft: true } });
    expect(updated.attributes).toEqual({ draft: true });
    const cleared = await client.vectorStores.files.update(file?.id ?? "", { ...path, attributes: null });
    expect(cleared.attributes).toEqual({});
    await expect(
      client.vectorStores.files.update(file?.id ?? "", { ...path, attributes: { long: "x".repeat(513) } }),
    ).rejects.toMatchObject({ status: 400, param: "attributes.long" });
  });

  it("taken out or deleted leave no chunk behind and are found no more", async () => {
    const store = await storeOf({
      "a.txt": "The zebra grazes.",
      "b.txt": "The zebra sleeps.",
      "c.txt": "The zebra runs.",
    });
    const [a, b] = (await client.vectorStores.files.list(store.id, { order: "asc" })).data;
    expect(await client.vectorStores.files.delete(a?.id ?? "", { vector_store_id: store.id })).toEqual({
      id: a?.id,
      object: "vector_store.file.deleted",
      deleted: true,
    });
    expect((await client.files.retrieve(a?.id ?? "")).id).toBe(a?.id);
    await client.files.delete(b?.id ?? "");
    const found = await client.vectorStores.search(store.id, { query: "zebra" });
    expect(found.data.map((hit) => hit.filename)).toEqual(["c.txt"]);
    const orphans = await query(
      server,
      `SELECT c.id FROM chunk c LEFT JOIN vector_store_file s USING (team_id, vector_store_id, file_id)
       WHERE c.vector_store_id = $1 AND (s.file_id IS NULL OR c.file_id = ANY ($2))`,
      [store.id, [a?.id, b?.id]],
    );
    expect(orphans).toEqual([]);
    await client.vectorStores.delete(store.id);
    for (const table of ["chunk", "chunk_embedding", "vector_store_file"]) {
      expect(await query(server, `SELECT 1 FROM ${table} WHERE vector_store_id = $1`, [store.id])).toEqual([]);
    }
  });
});
