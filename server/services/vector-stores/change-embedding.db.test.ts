import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { setClock } from "#server/clock";
import { findVectorStore } from "#server/db/vector-stores";
import { AppError } from "#server/errors";
import { startQueue, stopQueue } from "#server/jobs/queue";
import { stopReadWorkers } from "#server/retrieval/parse/worker-pool";
import type { ServiceContext } from "#server/services/context";
import { deleteFile } from "#server/services/files/delete-file";
import { systemContext } from "#server/services/setup/system-context";
import { changeEmbedding } from "#server/services/vector-stores/change-embedding";
import { deleteVectorStore } from "#server/services/vector-stores/delete-vector-store";
import { indexGeneration } from "#server/services/vector-stores/index-generation";
import { ingestFile } from "#server/services/vector-stores/ingest-file";
import { sweepGenerations } from "#server/services/vector-stores/sweep-generations";
import { toViews } from "#server/services/vector-stores/vector-store-view";
import { createTeam, openTestDatabase, type TestDatabase } from "#tests/support/database";
import { ChangingStore, type EmbeddingScript, newText, scriptEmbeddings } from "#tests/support/embedding-change";

vi.mock("#server/services/models/resolve-embedding-model", { spy: true });
vi.mock("#server/services/vector-stores/index-generation", { spy: true });

let database: TestDatabase;
let ctx: ServiceContext;
let script: EmbeddingScript;
const never = new AbortController().signal;

beforeAll(async () => {
  database = await openTestDatabase({ EMBEDDING_CONCURRENCY: "1", EMBEDDING_MODEL: "v/old" });
  await startQueue();
  ctx = systemContext((await createTeam()).teamId);
});

afterAll(async () => {
  setClock();
  await stopReadWorkers();
  await stopQueue();
  await database.close();
});

beforeEach(() => {
  vi.mocked(indexGeneration).mockClear();
  script = scriptEmbeddings({ "v/old": 64, "v/new": 128, "v/wide": 5000 });
});

describe("a change of a store's embedding model", () => {
  it("leaves searches with the model before until it is done, then all compare by the new one", async () => {
    const store = await ChangingStore.make(ctx, script);
    const file = await store.add();
    const passages = await store.passages();
    const build = await store.change({ model: "v/new" });
    const during: unknown[] = [];
    script.before = async () => {
      script.before = () => {};
      during.push(await store.search());
    };
    await store.run(build);
    expect(during).toEqual([{ model: "v/old 64", files: new Set([file]), hits: 50 }]);
    expect(await store.search()).toEqual({ model: "v/new 128", files: new Set([file]), hits: 50 });
    const after = await store.view();
    expect(after).toMatchObject({ embeddingModel: "v/new", dimensions: 128, generation: 2 });
    expect(after.build).toMatchObject({ status: "completed", doneCount: after.totals.chunkCount });
    // What a search that began before the change compares by stays for a while.
    await sweepGenerations(never);
    expect(await store.vectors()).toHaveLength(2);
    await store.expectWhole({ generation: 2, dimensions: 128 });
    // The passages are the same ones: citations of them go on pointing there.
    expect(await store.passages()).toEqual(passages);
  });

  it("goes on where a killed run stopped, and embeds nothing twice", async () => {
    const store = await ChangingStore.make(ctx, script);
    await store.add(newText(3000));
    const build = await store.change({ model: "v/new" });
    const stop = new AbortController();
    let calls = 0;
    script.before = () => {
      calls += 1;
      if (calls === 3) stop.abort(new Error("stopping"));
    };
    await expect(store.run(build, stop.signal)).rejects.toThrow("stopping");
    const [, begun] = await store.vectors();
    expect(begun?.vectors).toBeGreaterThan(0);
    expect((await store.view()).build).toMatchObject({ status: "in_progress", doneCount: begun?.vectors });
    script.asked.length = 0;
    script.before = () => {};
    await store.run(build);
    const texts = script.asked.flatMap((request) => request.texts).length;
    expect(texts).toBe((await store.passages()).length - (begun?.vectors ?? 0));
    await store.expectWhole({ generation: 2, dimensions: 128 });
  });

  it("takes files along that are added meanwhile, and those still being read; deleted ones never come back", async () => {
    const store = await ChangingStore.make(ctx, script);
    const [kept, removed] = [await store.add(), await store.add()];
    const build = await store.change({ model: "v/new" });
    let added = "";
    script.before = async () => {
      script.before = () => {};
      added = await store.add();
      await deleteFile({ ctx, input: { fileId: removed } });
    };
    // Read by the old model as far as its vectors, when the store goes over.
    const slow = await store.attach(newText());
    let switched = false;
    const held = script.before;
    script.before = async ({ model }) => {
      if (model !== "v/old" || switched) return;
      switched = true;
      script.before = held;
      await store.run(build);
    };
    await ingestFile({ input: slow, signal: never });
    expect((await store.view()).build?.status).toBe("completed");
    expect((await store.search()).files).toEqual(new Set([kept, added, slow.fileId]));
    await store.expectWhole({ generation: 2, dimensions: 128 });
  });

  /** Changes the model of a store to which files are added whenever the change has looked for the last time. */
  async function changeWhileAdding(store: ChangingStore, add: () => Promise<string>): Promise<string> {
    await store.add();
    const build = await store.change({ model: "v/new" });
    let late = "";
    vi.mocked(indexGeneration).mockImplementationOnce(async () => {
      late = await add();
      return false;
    });
    await store.run(build);
    await store.expectWhole({ generation: 2, dimensions: 128 });
    return late;
  }

  it("does not wait for files that come without end: who reads one embeds it by both models", async () => {
    const store = await ChangingStore.make(ctx, script);
    const late = await changeWhileAdding(store, () => store.add(newText(10)));
    expect(vi.mocked(indexGeneration)).toHaveBeenCalledTimes(1);
    expect((await store.search("Sentence 3")).files).toContain(late);
  });

  it("goes back for a file that its reader could not embed by the new model", async () => {
    const store = await ChangingStore.make(ctx, script);
    const late = await changeWhileAdding(store, async () => {
      script.before = ({ model }) => {
        if (model === "v/new") throw new AppError("provider_error", "The provider is down.");
      };
      const added = await store.add(newText(10));
      script.before = () => {};
      return added;
    });
    expect(vi.mocked(indexGeneration)).toHaveBeenCalledTimes(2);
    expect((await store.search("Sentence 3")).files).toContain(late);
  });

  it("ended before it is done leaves the store as it was and nothing behind", async () => {
    const store = await ChangingStore.make(ctx, script);
    await store.add();
    const build = await store.change({ model: "v/new" });
    script.before = async () => {
      script.before = () => {};
      await store.change(null);
    };
    await store.run(build);
    expect((await store.view()).build).toMatchObject({ status: "cancelled" });
    expect(await store.search()).toMatchObject({ model: "v/old 64", hits: 50 });
    await store.run(build);
    await store.expectWhole({ generation: 1, dimensions: 64 });
    // Nothing of an abandoned one is taken for the next one's.
    await store.run(await store.change({ model: "v/new" }));
    await store.expectWhole({ generation: 3, dimensions: 128 });
  });

  it("that the provider refuses fails with its words, and leaves the store as it was", async () => {
    const store = await ChangingStore.make(ctx, script);
    await store.add();
    const build = await store.change({ model: "v/new" });
    script.before = () => {
      throw new AppError("provider_auth_error", "The provider refused the key.");
    };
    await store.run(build);
    const failed = {
      status: "failed",
      errorCode: "provider_auth_error",
      errorMessage: "The provider refused the key.",
    };
    expect((await store.view()).build).toMatchObject(failed);
    await store.expectWhole({ generation: 1, dimensions: 64 });
  });

  it("is tried again after a failure that may pass, and given up when it never does", async () => {
    const store = await ChangingStore.make(ctx, script);
    await store.add();
    const build = await store.change({ model: "v/new" });
    script.before = () => {
      throw new AppError("provider_error", "The provider is down.");
    };
    for (let attempt = 1; attempt < 6; attempt += 1) await expect(store.run(build)).rejects.toThrow("down");
    expect((await store.view()).build?.status).toBe("in_progress");
    await store.run(build);
    expect((await store.view()).build).toMatchObject({ status: "failed", errorMessage: "The provider is down." });
  });

  it("is one at a time: the same goes on, another takes its place, the one in force ends it", async () => {
    const store = await ChangingStore.make(ctx, script);
    await store.add();
    const first = await store.change({ model: "v/new" });
    expect(await store.change({ model: "v/new" })).toEqual(first);
    const second = await store.change({ model: "v/new", dimensions: 32 });
    expect(second.buildId).not.toBe(first.buildId);
    await store.run(first);
    expect(await store.vectors()).toHaveLength(1);
    await store.change({ model: "v/old" });
    expect((await store.view()).build?.status).toBe("cancelled");
    await store.expectWhole({ generation: 1, dimensions: 64 });
  });

  it("changes the number of dimensions alone, down and up to 4,000, and refuses more before it begins", async () => {
    const store = await ChangingStore.make(ctx, script);
    await store.add(newText(100));
    for (const [model, dimensions, generation] of [["v/old", 16, 2] as const, ["v/wide", 4000, 3] as const]) {
      await store.run(await store.change({ model, dimensions }));
      expect((await store.search()).model).toBe(`${model} ${dimensions}`);
      await store.expectWhole({ generation, dimensions });
    }
    await expect(store.change({ model: "v/wide" })).rejects.toMatchObject({
      ...{ code: "invalid_value", param: "embedding.dimensions" },
      message: expect.stringContaining("5000"),
    });
    await expect(store.change({ model: "v/none" })).rejects.toMatchObject({ param: "embedding.model" });
    expect((await store.view()).build).toMatchObject({ status: "completed", dimensions: 4000 });
  });

  it("puts the prefixes before documents and questions", async () => {
    const store = await ChangingStore.make(ctx, script, {
      embedding: { model: "v/new", query_prefix: "query: ", document_prefix: "passage: " },
    });
    await store.add("Zebras graze.");
    await store.search("grazing");
    const said = script.asked.map(({ kind, texts }) => `${kind} ${texts[0]}`);
    expect(said).toEqual(["document passage: Zebras graze.", "query query: grazing"]);
  });

  it("is never shown completed beside the model before, whenever the store was read", async () => {
    const store = await ChangingStore.make(ctx, script);
    await store.add(newText(10));
    const { teamId } = ctx.principal;
    const before = await findVectorStore({ teamId, vectorStoreId: store.id });
    await store.run(await store.change({ model: "v/new" }));
    const [view] = await toViews(teamId, before === null ? [] : [before]);
    expect(view).toMatchObject({ embeddingModel: "v/new", generation: 2, build: { status: "completed" } });
  });

  it("of a deleted store ends quietly, and of another team's is an unknown one's", async () => {
    const store = await ChangingStore.make(ctx, script);
    await store.add();
    const build = await store.change({ model: "v/new" });
    const other = systemContext((await createTeam()).teamId);
    for (const embedding of [{ model: "v/new" }, null]) {
      const input = { vectorStoreId: store.id, embedding };
      await expect(changeEmbedding({ ctx: other, input })).rejects.toMatchObject({ code: "not_found" });
    }
    expect((await store.view()).build?.status).toBe("in_progress");
    script.before = async () => {
      script.before = () => {};
      await deleteVectorStore({ ctx, input: { vectorStoreId: store.id } });
    };
    await store.run(build);
    expect(await store.vectors()).toEqual([]);
  });
});
