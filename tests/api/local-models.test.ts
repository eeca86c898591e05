import type OpenAI from "openai";
import { toFile } from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasLocalRuntime, type ModelHub, startModelHub } from "#tests/support/model-hub";
import { createTeam, openaiClient, type RunningServer, startServer } from "#tests/support/server";
import { TINY_DIMENSIONS } from "#tests/support/tiny-model";

const MODEL = "local/acme/tiny";

describe.skipIf(!hasLocalRuntime)("a server with a local embedding model", () => {
  let hub: ModelHub;
  let server: RunningServer;
  let client: OpenAI;

  beforeAll(async () => {
    hub = await startModelHub();
    server = await startServer({ env: { ...hub.environment, LOCAL_MODELS: "acme/tiny" } });
    client = openaiClient(server, (await createTeam(server)).key);
  });

  afterAll(async () => {
    await server.stop();
    await server.remove();
    await hub.stop();
  });

  it("lists it, and embeds with it", async () => {
    const listed = (await client.models.list()).data.find(({ id }) => id === MODEL);
    expect(listed).toMatchObject({ owned_by: "acme", kind: "embedding", prices: { input: 0 } });
    const { data, model, usage } = await client.embeddings.create({ model: MODEL, input: ["the car", "automobile"] });
    expect(model).toBe(MODEL);
    expect(usage).toEqual({ prompt_tokens: 3, total_tokens: 3 });
    expect(data.map(({ embedding }) => embedding.length)).toEqual([TINY_DIMENSIONS, TINY_DIMENSIONS]);
    expect(data[0]?.embedding).toEqual(data[1]?.embedding);
    await expect(client.embeddings.create({ model: "local/acme/other", input: "x" })).rejects.toMatchObject({
      status: 404,
      code: "model_not_found",
      message: expect.stringContaining("LOCAL_MODELS"),
    });
  });

  it("finds by meaning what shares no word with the question", async () => {
    const embedding = { model: MODEL, document_prefix: "passage: " };
    const body = { name: "garage", embedding };
    const store = await client.vectorStores.create(body);
    expect(store).toMatchObject({ embedding: { ...embedding, dimensions: TINY_DIMENSIONS } });
    const unknown = { ...body, embedding: { model: "local/acme/other" } };
    const refusal = { status: 404, param: "embedding.model" };
    await expect(client.vectorStores.create(unknown)).rejects.toMatchObject(refusal);
    const texts = {
      "garage.txt": "Automobile repairs",
      "harbour.txt": "The vessel fled the gale",
      "ward.txt": "Physician",
    };
    for (const [name, text] of Object.entries(texts)) {
      const file = await client.vectorStores.files.uploadAndPoll(store.id, await toFile(Buffer.from(text), name));
      expect(file).toMatchObject({ status: "completed", last_error: null });
    }
    const first = async (query: string) => (await client.vectorStores.search(store.id, { query })).data[0]?.filename;
    expect(await first("who mends a car")).toBe("garage.txt");
    expect(await first("ship storm")).toBe("harbour.txt");
    expect(await first("doctor")).toBe("ward.txt");
  });
});
