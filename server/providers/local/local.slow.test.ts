import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { setClock } from "#server/clock";
import { parseConfig, setConfig } from "#server/config";
import { closePools } from "#server/outbound/pools";
import { findModel } from "#server/providers/local/find-model";
import { createLocalProvider } from "#server/providers/local/local";
import { runModel, stopLocalModels } from "#server/providers/local/run-model";
import type { EmbedOptions } from "#server/providers/provider";
import { installFakeClock } from "#tests/support/fake-clock";
import { hasLocalRuntime, LOCAL_RUNTIME, type ModelHub, startModelHub } from "#tests/support/model-hub";
import { TINY_DIMENSIONS } from "#tests/support/tiny-model";

let hub: ModelHub;
let dataDir: string;

beforeAll(async () => {
  hub = await startModelHub();
});
afterAll(async () => {
  await hub.stop();
  await closePools();
});
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "rejoinder-local-"));
  hub.requests.length = 0;
  hub.intercept(() => false);
  configure();
});
afterEach(async () => {
  await stopLocalModels();
  setClock();
  await rm(dataDir, { recursive: true, force: true });
});

function configure(more: Record<string, string> = {}): void {
  const runtime = resolve(LOCAL_RUNTIME);
  setConfig(
    parseConfig({
      ...{ DATA_DIR: dataDir, HF_ENDPOINT: hub.endpoint, LOCAL_MODELS: "acme/tiny, acme/absent" },
      ...{ LOCAL_MODELS_RUNTIME: runtime, LOG_LEVEL: "silent", ...more },
    }),
  );
}

function embed(texts: string[], options: Partial<EmbedOptions> & { name?: string; reduceTo?: number } = {}) {
  const { name = "acme/tiny", reduceTo, ...rest } = options;
  const model = createLocalProvider().embeddingModel?.(name, reduceTo === undefined ? {} : { reduceTo });
  if (!model) throw new Error("no model");
  const signal = new AbortController().signal;
  return model.embed(texts, { signal, kind: "document", ...rest });
}

function cosine(a: number[] = [], b: number[] = []): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
}

const modelFolder = () => join(dataDir, "local-models", "models", "acme", "tiny");

describe.skipIf(!hasLocalRuntime)("a model of the hub", () => {
  it("is fetched at its first use and run here: the normalised mean of its words", async () => {
    const tokens: number[] = [];
    const texts = ["the car", "an AUTOMOBILE", "boat repairs", "nothing known"];
    const [car, automobile, boat, nothing] = await embed(texts, { onUsage: (count) => void tokens.push(count) });
    expect(cosine(car, automobile)).toBeCloseTo(1, 5);
    expect(cosine(car, boat)).toBe(0);
    expect(boat).toHaveLength(TINY_DIMENSIONS);
    expect(boat?.filter((value) => value > 0)).toEqual([Math.fround(Math.SQRT1_2), Math.fround(Math.SQRT1_2)]);
    expect(nothing).toEqual(new Array(TINY_DIMENSIONS).fill(0));
    expect(tokens).toEqual([8]);
    expect(hub.requests.map((url) => url.replace(/[0-9a-f]{40}/, "<commit>"))).toEqual([
      "/api/models/acme/tiny/revision/main?blobs=true",
      "/acme/tiny/resolve/<commit>/config.json",
      "/acme/tiny/resolve/<commit>/onnx/model.onnx",
      "/storage/onnx/model.onnx",
      "/acme/tiny/resolve/<commit>/tokenizer.json",
      "/acme/tiny/resolve/<commit>/tokenizer_config.json",
    ]);
  });

  it("gives every text its own vector, however many there are and however long", async () => {
    const long = "car ".repeat(500);
    const texts = Array.from({ length: 50 }, (_, at) => (at % 3 === 0 ? "car" : at % 3 === 1 ? "boat" : long));
    const vectors = await embed(texts);
    const [car, boat] = await embed(["car", "boat"]);
    expect(vectors).toHaveLength(50);
    expect(vectors.every((vector, at) => cosine(vector, at % 3 === 1 ? boat : car) > 0.999)).toBe(true);
  });

  it("is there after a restart, without the hub", async () => {
    const [first] = await embed(["storm"]);
    await stopLocalModels();
    hub.requests.length = 0;
    configure({ HF_HUB_OFFLINE: "on" });
    expect(await embed(["tempest"])).toEqual([first]);
    expect(hub.requests).toEqual([]);
  });

  it("is fetched once for all that ask at the same time", async () => {
    const all = await Promise.all(Array.from({ length: 5 }, () => embed(["car"])));
    expect(new Set(all.map((vectors) => JSON.stringify(vectors))).size).toBe(1);
    expect(hub.requests.filter((url) => url.startsWith("/storage/"))).toHaveLength(1);
  });

  it("takes the token of the class where the model's makers say so", async () => {
    hub.files.set("1_Pooling/config.json", Buffer.from('{"pooling_mode_cls_token": true}'));
    try {
      const [both, first] = await embed(["boat repairs", "boat"]);
      expect(both).toEqual(first);
    } finally {
      hub.files.delete("1_Pooling/config.json");
    }
  });

  it.each(["cut off", "shorter than announced", "altered"])("is not kept when its download is %s", async (how) => {
    hub.intercept((request, response) => {
      if (!request.url?.startsWith("/storage/")) return false;
      const whole = hub.files.get("onnx/model.onnx") ?? Buffer.alloc(0);
      if (how === "altered") response.end(Buffer.from(whole.map((byte) => byte ^ 1)));
      else if (how === "shorter than announced") response.end(whole.subarray(0, 100));
      else
        response
          .writeHead(200, { "content-length": whole.length })
          .write(whole.subarray(0, 100), () => response.destroy());
      return true;
    });
    await expect(embed(["car"])).rejects.toMatchObject({
      code: "provider_error",
      message: expect.stringMatching(
        /^The download of 'onnx\/model.onnx' .*The model will be fetched at its next use\.$/,
      ),
    });
    expect(await readdir(modelFolder())).toEqual([]);
    hub.intercept(() => false);
    expect(await embed(["car"])).toHaveLength(1);
  });

  it("does not hold up those who ask while it comes, and comes all the same when they leave", async () => {
    const clock = installFakeClock();
    const held = Promise.withResolvers<() => void>();
    hub.intercept((request, response) => {
      if (!request.url?.startsWith("/storage/")) return false;
      held.resolve(() => void response.end(hub.files.get("onnx/model.onnx")));
      return true;
    });
    const leaving = new AbortController();
    const left = embed(["car"], { signal: leaving.signal });
    const waiting = embed(["car"]);
    const finish = await held.promise;
    leaving.abort(new Error("gone"));
    await expect(left).rejects.toThrow("gone");
    clock.advance(60_000);
    await expect(waiting).rejects.toMatchObject({ code: "overloaded", retryAfterMs: 10_000 });
    const later = embed(["car"]);
    finish();
    expect(await later).toHaveLength(1);
    expect(hub.requests.filter((url) => url.startsWith("/storage/"))).toHaveLength(1);
  });

  it("answers a search before the documents that wait", async () => {
    await embed(["car"]);
    const model = await findModel({ id: "acme/tiny", revision: "main" }, new AbortController().signal);
    const order: string[] = [];
    const run = async (name: string, kind: "query" | "document") => {
      await runModel({ model, texts: ["car"] }, { kind, signal: new AbortController().signal });
      order.push(name);
    };
    await Promise.all([run("under way", "document"), run("waiting", "document"), run("search", "query")]);
    expect(order).toEqual(["under way", "search", "waiting"]);
  });

  it("is given up when it does not answer in time, and runs again for the next who asks", async () => {
    await embed(["car"]);
    await stopLocalModels();
    const clock = installFakeClock();
    let outcome: unknown;
    const asked = embed(["car"]).catch((error: unknown) => {
      outcome = error;
    });
    while (outcome === undefined) {
      clock.advance(120_000);
      await new Promise(setImmediate);
    }
    await asked;
    expect(outcome).toMatchObject({ code: "provider_timeout" });
    expect(await embed(["car"])).toHaveLength(1);
  });

  it("is refused with a reason when it cannot be loaded", async () => {
    const whole = hub.files.get("onnx/model.onnx") ?? Buffer.alloc(0);
    hub.files.set("onnx/model.onnx", Buffer.from("no model at all"));
    try {
      await expect(embed(["car"])).rejects.toMatchObject({
        code: "model_not_found",
        message: expect.stringMatching(/^The model 'local\/acme\/tiny' cannot be had: it cannot be run: ./),
      });
    } finally {
      hub.files.set("onnx/model.onnx", whole);
    }
  });

  it("has dimensions of its own, and no others", async () => {
    expect(await embed(["car"], { reduceTo: TINY_DIMENSIONS })).toHaveLength(1);
    await expect(embed(["car"], { reduceTo: 3 })).rejects.toMatchObject({
      code: "unsupported_parameter",
      message: `The model 'local/acme/tiny' makes vectors of ${TINY_DIMENSIONS} numbers, not 3. Leave out 'dimensions'.`,
    });
  });

  it("is listed with where it is", async () => {
    const list = async () => (await createLocalProvider().listModels?.(new AbortController().signal)) ?? [];
    expect((await list()).map(({ id, kind }) => [id, kind])).toEqual([
      ["acme/tiny", "embedding"],
      ["acme/absent", "embedding"],
    ]);
    expect((await list())[0]?.description).toBe(
      `Runs on this server; fetched from ${new URL(hub.endpoint).host} at its first use.`,
    );
    await embed(["car"]);
    expect((await list())[0]?.description).toBe("Runs on this server.");
  });
});

describe.skipIf(!hasLocalRuntime)("a model that cannot be had", () => {
  const reason = (why: string) => ({ code: "model_not_found", message: expect.stringContaining(why) });

  it("is one that the hub does not know", async () => {
    const why = `'local/acme/absent' cannot be had: ${hub.endpoint} has no model of this name (revision main).`;
    await expect(embed(["car"], { name: "acme/absent" })).rejects.toMatchObject(reason(why));
  });

  it.each([401, 403])("is one that the hub shows to others (%i)", async (status) => {
    hub.intercept((_request, response) => Boolean(response.writeHead(status).end()));
    await expect(embed(["car"])).rejects.toMatchObject(reason("may be read with the HF_TOKEN of this server"));
  });

  it("is one that may not be fetched", async () => {
    configure({ HF_HUB_OFFLINE: "on" });
    await expect(embed(["car"])).rejects.toMatchObject(reason("HF_HUB_OFFLINE keeps it from being fetched"));
    expect(hub.requests).toEqual([]);
  });

  it("is one that is too large", async () => {
    configure({ LOCAL_MODELS_MAX_BYTES: "1000" });
    await expect(embed(["car"])).rejects.toMatchObject(reason("LOCAL_MODELS_MAX_BYTES is 1000."));
    expect(hub.requests).toHaveLength(1);
  });

  it.each([
    ["onnx/model.onnx", "its repository has no weights in ONNX (onnx/model_quantized.onnx or onnx/model.onnx)."],
    ["tokenizer.json", "its repository lacks tokenizer.json."],
  ])("is one without %s", async (path, why) => {
    const bytes = hub.files.get(path) ?? Buffer.alloc(0);
    hub.files.delete(path);
    try {
      await expect(embed(["car"])).rejects.toMatchObject(reason(why));
    } finally {
      hub.files.set(path, bytes);
    }
  });

  it("is none while the hub fails: that may be over in a moment", async () => {
    hub.intercept((_request, response) => Boolean(response.writeHead(503).end()));
    await expect(embed(["car"])).rejects.toMatchObject({ code: "provider_error" });
  });

  it("is not looked for at a private address that the hub redirects to", async () => {
    hub.intercept((request, response) => {
      if (!request.url?.includes("/resolve/")) return false;
      return Boolean(response.writeHead(302, { location: "http://169.254.169.254/latest/meta-data/" }).end());
    });
    await expect(embed(["car"])).rejects.toMatchObject({ code: "outbound_not_allowed" });
    expect(await readdir(modelFolder())).toEqual([]);
  });
});
