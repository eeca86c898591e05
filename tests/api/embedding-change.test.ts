import type OpenAI from "openai";
import { toFile } from "openai";
import { beforeAll, expect, inject, it, vi } from "vitest";
import type { VectorStoreObject } from "#server/protocol/vector-stores";
import { createTeam, openaiClient } from "#tests/support/server";

const server = inject("server");
let client: OpenAI;

beforeAll(async () => {
  client = openaiClient(server, (await createTeam(server)).key);
});

const storeWith = (body: unknown, id = "") => client.post<VectorStoreObject>(`/vector_stores${id}`, { body });

it("changes a store's embedding model in the background and tells how far it is", async () => {
  const { id, ...made } = await storeWith({ embedding: { model: "builtin/hash-1024", dimensions: 512 } });
  expect(made).toMatchObject({ embedding: { model: "builtin/hash-1024", dimensions: 512 } });
  expect(made).not.toHaveProperty("embedding_build");
  const file = await toFile(Buffer.from("The lighthouse keeper counts ships at dawn."), "a.txt");
  await client.vectorStores.files.uploadAndPoll(id, file);
  const before = await client.vectorStores.retrieve(id);

  const wanted = { model: "builtin/hash-1024", dimensions: 256 };
  const begun = await storeWith({ embedding: { ...wanted, query_prefix: "query: " } }, `/${id}`);
  const embedding = { ...wanted, query_prefix: "query: " };
  expect(begun).toMatchObject({ embedding_build: { embedding, vector_counts: { total: 1 }, error: null } });
  const changed = await vi.waitFor(
    async () => {
      const store = (await client.vectorStores.retrieve(id)) as OpenAI.VectorStore & VectorStoreObject;
      expect(store.embedding_build?.status).toBe("completed");
      return store;
    },
    { timeout: 30_000, interval: 100 },
  );
  expect(changed).toMatchObject({ embedding, embedding_build: { vector_counts: { completed: 1, total: 1 } } });
  expect(changed.usage_bytes).toBe(before.usage_bytes - 2 * 256);
  const { data } = await client.vectorStores.search(id, { query: "lighthouse" });
  expect(data.map(({ filename }) => filename)).toEqual(["a.txt"]);
});

const TOO_LONG = { status: 400, param: "embedding.dimensions" };

it.each([
  ["a model that is not there", { model: "builtin/none" }, { status: 404, param: "embedding.model" }],
  ["more numbers than the model has", { model: "builtin/hash-1024", dimensions: 2048 }, TOO_LONG],
  ["more numbers than fit", { model: "builtin/hash-1024", dimensions: 4001 }, TOO_LONG],
])("refuses %s before anything is changed", async (_name, embedding, refused) => {
  const { id } = await client.vectorStores.create({});
  await expect(storeWith({ embedding }, `/${id}`)).rejects.toMatchObject(refused);
  await expect(storeWith({ embedding })).rejects.toMatchObject(refused);
  expect(await client.vectorStores.retrieve(id)).not.toHaveProperty("embedding_build");
});
