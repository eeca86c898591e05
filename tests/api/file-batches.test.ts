import type OpenAI from "openai";
import { toFile } from "openai";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { createTeam, openaiClient } from "#tests/support/server";

const server = inject("server");
let client: OpenAI;

beforeAll(async () => {
  client = openaiClient(server, (await createTeam(server)).key);
});

function textFile(name: string, content: string) {
  return toFile(Buffer.from(content), name);
}

async function upload(name: string, content: string): Promise<string> {
  return (await client.files.create({ file: await textFile(name, content), purpose: "assistants" })).id;
}

describe("file batches", () => {
  it("are uploaded and polled in one call, files that are there already with them", async () => {
    const store = await client.vectorStores.create({ name: "batch" });
    const there = await upload("there.txt", "The narwhal has a tusk.");
    const batch = await client.vectorStores.fileBatches.uploadAndPoll(store.id, {
      files: [await textFile("a.txt", "The beluga is white."), await textFile("empty.txt", " ")],
      fileIds: [there],
    });
    expect(batch).toEqual({
      id: expect.stringMatching(/^vsfb_/),
      object: "vector_store.files_batch",
      created_at: expect.any(Number),
      vector_store_id: store.id,
      status: "completed",
      file_counts: { in_progress: 0, completed: 2, failed: 1, cancelled: 0, total: 3 },
    });
    const path = { vector_store_id: store.id };
    const paged: string[] = [];
    const list = client.vectorStores.fileBatches.listFiles(batch.id, { ...path, limit: 2, order: "asc" });
    for await (const file of list) paged.push(file.id);
    expect(paged).toHaveLength(3);
    const last = paged[2] ?? "";
    const before = await client.vectorStores.fileBatches.listFiles(batch.id, { ...path, order: "asc", before: last });
    expect(before.data.map((file) => file.id)).toEqual(paged.slice(0, 2));
    const failed = await client.vectorStores.fileBatches.listFiles(batch.id, { ...path, filter: "failed" });
    expect(failed.data).toMatchObject([{ status: "failed", last_error: { code: "invalid_file" } }]);
    await expect(
      client.vectorStores.fileBatches.listFiles(batch.id, { ...path, filter: "lost" as "failed" }),
    ).rejects.toMatchObject({ status: 400, param: "filter" });
    const found = await client.vectorStores.search(store.id, { query: "Who has a tusk?" });
    expect(found.data[0]?.file_id).toBe(there);
  });

  it("are created with own attributes for each file, polled, and tell when to look again", async () => {
    const store = await client.vectorStores.create({ name: "own" });
    const [one, two] = [await upload("one.txt", "Apples are red."), await upload("two.txt", "Pears are green.")];
    const files: OpenAI.VectorStores.FileBatchCreateParams.File[] = [
      { file_id: one, attributes: { fruit: "apple", year: 2024 } },
      { file_id: two, attributes: { fruit: "pear" } },
    ];
    const { data, response } = await client.vectorStores.fileBatches.create(store.id, { files }).withResponse();
    if (data.status === "in_progress") {
      expect(Number(response.headers.get("openai-poll-after-ms"))).toBeGreaterThan(0);
    }
    expect(data.file_counts.total).toBe(2);
    expect((await client.vectorStores.fileBatches.poll(store.id, data.id)).status).toBe("completed");
    const again = await client.vectorStores.fileBatches.createAndPoll(store.id, { file_ids: [one, two] });
    expect(again).toMatchObject({ status: "completed", file_counts: { completed: 2, total: 2 } });
    // A batch that has ended stays as it is.
    const cancelled = await client.vectorStores.fileBatches.cancel(data.id, { vector_store_id: store.id });
    expect(cancelled).toMatchObject({ id: data.id, status: "completed" });
  });

  it("name what is wrong with a request", async () => {
    const store = await client.vectorStores.create({ name: "wrong" });
    const create = (body: Record<string, unknown>) => client.post(`/vector_stores/${store.id}/file_batches`, { body });
    await expect(create({})).rejects.toMatchObject({ status: 400, param: "file_ids" });
    await expect(create({ file_ids: [] })).rejects.toMatchObject({ status: 400, param: "file_ids" });
    await expect(create({ file_ids: ["a"], files: [{ file_id: "a" }] })).rejects.toMatchObject({
      status: 400,
      param: "files",
      message: expect.stringContaining("not both"),
    });
    await expect(create({ file_ids: Array.from({ length: 2001 }, () => "file-x") })).rejects.toMatchObject({
      status: 400,
      param: "file_ids",
      code: "array_above_max_length",
    });
    const strategy = { type: "static", static: { max_chunk_size_tokens: 99, chunk_overlap_tokens: 0 } };
    await expect(create({ files: [{ file_id: "a", chunking_strategy: strategy }] })).rejects.toMatchObject({
      status: 400,
      param: "files[0].chunking_strategy.static.max_chunk_size_tokens",
    });
    await expect(create({ file_ids: ["file-nobodys"] })).rejects.toMatchObject({ status: 404, param: "file_ids[0]" });
    await expect(
      client.vectorStores.fileBatches.retrieve("vsfb_nobodys", { vector_store_id: store.id }),
    ).rejects.toMatchObject({ status: 404 });
  });
});
