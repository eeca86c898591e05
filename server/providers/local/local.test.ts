import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { parseConfig, setConfig } from "#server/config";
import { closePools } from "#server/outbound/pools";
import { findModel } from "#server/providers/local/find-model";
import { createLocalProvider } from "#server/providers/local/local";
import { type ModelHub, startModelHub } from "#tests/support/model-hub";

// What is decided before a model runs. `local.slow.test.ts` runs one.
let hub: ModelHub;
let dataDir: string;

beforeAll(async () => {
  hub = await startModelHub();
  dataDir = await mkdtemp(join(tmpdir(), "rejoinder-local-"));
});
afterAll(async () => {
  await hub.stop();
  await closePools();
  await rm(dataDir, { recursive: true, force: true });
});
beforeEach(() => configure());

function configure(more: Record<string, string> = {}): void {
  const models = { HF_ENDPOINT: hub.endpoint, LOCAL_MODELS: "acme/tiny, acme/absent" };
  setConfig(parseConfig({ DATA_DIR: dataDir, LOG_LEVEL: "silent", ...models, ...more }));
}

function never(): AbortSignal {
  return new AbortController().signal;
}

it("gives the hub the operator's token, and nobody else", async () => {
  configure({ HF_TOKEN: "hf_secret" });
  const seen: [string | undefined, string | undefined][] = [];
  const elsewhere = await startModelHub();
  elsewhere.intercept((request, response) => {
    seen.push([request.url, request.headers.authorization]);
    return Boolean(response.writeHead(404).end());
  });
  hub.intercept((request, response) => {
    seen.push([request.url?.replace(/[0-9a-f]{40}/, "<commit>"), request.headers.authorization]);
    if (!request.url?.includes("/resolve/")) return false;
    return Boolean(response.writeHead(302, { location: `${elsewhere.endpoint}/storage` }).end());
  });
  try {
    await expect(findModel({ id: "acme/tiny", revision: "main" }, never())).rejects.toThrow();
    expect(seen).toEqual([
      ["/api/models/acme/tiny/revision/main?blobs=true", "Bearer hf_secret"],
      ["/acme/tiny/resolve/<commit>/config.json", "Bearer hf_secret"],
      ["/storage", undefined],
    ]);
  } finally {
    await elsewhere.stop();
  }
});

it("says what to do where nothing is installed", async () => {
  const model = createLocalProvider().embeddingModel?.("acme/tiny");
  await expect(model?.embed(["car"], { signal: never(), kind: "query" })).rejects.toMatchObject({
    code: "model_not_found",
    message: expect.stringContaining("npm run install-local-models"),
  });
  expect(await createLocalProvider().listModels?.(never())).toEqual([]);
});

it.each([
  ["acme/other", "this server loads acme/tiny, acme/absent. Its operator can add others to LOCAL_MODELS."],
  ["tiny", "name it local/<owner>/<model>, as its hub does."],
  ["../../etc", "name it local/<owner>/<model>"],
  ["acme/..", "name it local/<owner>/<model>"],
  ["acme/tiny@../x", "name it local/<owner>/<model>"],
])("does not let in '%s'", (name, why) => {
  expect(() => createLocalProvider().embeddingModel?.(name)).toThrow(why);
});

it("lets in what the operator names, with a revision too, or everything", () => {
  const open = (name: string) => createLocalProvider().embeddingModel?.(name).modelId;
  expect(open("acme/tiny@v2")).toBe("acme/tiny@v2");
  configure({ LOCAL_MODELS: "*" });
  expect(open("someone/else")).toBe("someone/else");
  configure({ LOCAL_MODELS: "acme/tiny", EMBEDDING_MODEL: "local/acme/default" });
  expect(open("acme/default")).toBe("acme/default");
  expect(() => createLocalProvider().languageModel("acme/tiny")).toThrow("make embeddings, not answers");
});
