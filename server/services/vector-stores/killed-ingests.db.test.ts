import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { parseConfig, setConfig } from "#server/config";
import { closeDatabase, openDatabase } from "#server/db/client";
import { startQueue, stopQueue } from "#server/jobs/queue";
import { systemContext } from "#server/services/setup/system-context";
import { attachFile } from "#server/services/vector-stores/attach-file";
import { changeEmbedding } from "#server/services/vector-stores/change-embedding";
import { createVectorStore } from "#server/services/vector-stores/create-vector-store";
import { type Child, startChild } from "#tests/support/child";
import { createTeam, type PreparedDatabase, prepareTestDatabase } from "#tests/support/database";
import { storeTestFile } from "#tests/support/documents";
import {
  embed,
  expectNoStrays,
  forgetDeadWorkers,
  longText,
  TINY_CHUNKS,
  waitForFiles,
} from "#tests/support/killed-ingests";
import { randomNumbers } from "#tests/support/many-chunks";
import { type ScriptedUpstream, startScriptedUpstream, type UpstreamExchange } from "#tests/support/scripted-upstream";
import { embeddedUrl, query } from "#tests/support/server";

const RANDOM_KILLS = 8;
/** Passages of a statement, and the sentences that make about fifty passages. */
const BATCH = 32;
const SENTENCES = 250;
const MODEL = "openai/text-embedding-3-small";

let upstream: ScriptedUpstream;

beforeAll(async () => {
  upstream = await startScriptedUpstream();
});

afterAll(async () => {
  await upstream.close();
});

/** A database with files that wait to be read, and the processes that read them and die. */
class Scene {
  readonly address: { databaseUrl: string };
  storeId = "";
  #ctx = systemContext("");
  readonly #prepared: PreparedDatabase;
  readonly #environment: Record<string, string>;

  constructor(prepared: PreparedDatabase) {
    this.#prepared = prepared;
    this.address = { databaseUrl: prepared.databaseUrl || embeddedUrl(prepared.dataDir) };
    const named = { OPENAI_API_KEY: "sk-upstream", OPENAI_BASE_URL: upstream.baseUrl, EMBEDDING_MODEL: MODEL };
    this.#environment = { ...prepared.environment, ...named, BLOB_STORE: "local" };
  }

  /** Opens the database in this process, and attaches a broken file and so many texts. No worker runs here. */
  async open(texts: number): Promise<void> {
    setConfig(parseConfig(this.#environment));
    await openDatabase();
    await startQueue();
    const { teamId } = await createTeam();
    this.#ctx = systemContext(teamId);
    this.storeId = (await createVectorStore({ ctx: this.#ctx, input: { name: "killed" } })).id;
    await this.#attach("broken.pdf", "%PDF-1.7 and nothing more");
    for (let number = 0; number < texts; number += 1) await this.#attach(`${number}.txt`, longText(number, SENTENCES));
  }

  async #attach(filename: string, content: string): Promise<void> {
    const { id: fileId } = await storeTestFile(this.#ctx, { filename, content });
    const input = { vectorStoreId: this.storeId, fileId, attributes: {}, strategy: TINY_CHUNKS };
    await attachFile({ ctx: this.#ctx, input });
  }

  async changeDimensions(dimensions: number): Promise<void> {
    const embedding = { model: MODEL, dimensions };
    await changeEmbedding({ ctx: this.#ctx, input: { vectorStoreId: this.storeId, embedding } });
  }

  /** Leaves the database to others. */
  async letGo(): Promise<void> {
    await stopQueue();
    await closeDatabase();
  }

  /** A process that reads files: with the database inside, or over the one that is open here. */
  async life(withDatabase: boolean): Promise<Child> {
    const shared: Record<string, string> = withDatabase ? {} : { DATABASE_URL: this.address.databaseUrl };
    const child = startChild("tests/support/ingest-child.ts", [], { ...this.#environment, ...shared });
    await child.line(/^working$/);
    return child;
  }

  /** A life that goes on from all that died, until `done`. */
  async lastLife(withDatabase: boolean, done: () => Promise<void>): Promise<void> {
    const began = new Date();
    const child = await this.life(withDatabase);
    try {
      await forgetDeadWorkers(this.address, began);
      child.process.kill("SIGUSR2");
      await done();
    } finally {
      await child.kill();
    }
  }

  async count(sql: string): Promise<number> {
    const [row] = await query<{ n: number }>(this.address, sql);
    return row?.n ?? 0;
  }

  async waitUntil(isSo: () => Promise<boolean>): Promise<void> {
    await vi.waitFor(async () => expect(await isSo()).toBe(true), { timeout: 90_000, interval: 20 });
  }

  async remove(): Promise<void> {
    await this.#prepared.remove();
  }
}

/** A life that ends inside a batch of embeddings. */
async function dieInBatch(scene: Scene, withDatabase: boolean): Promise<void> {
  const held = new Promise<UpstreamExchange>((resolve) => upstream.script(resolve));
  const child = await scene.life(withDatabase);
  await held;
  await child.kill();
}

/** A life that ends at a point of `random`'s choice: so many passages or requests on. */
async function dieAnywhere(scene: Scene, random: () => number, withDatabase = false): Promise<void> {
  const written = () => scene.count("SELECT count(*)::int AS n FROM chunk");
  const requests = upstream.requests.length + Math.floor(random() * 4);
  const child = await scene.life(withDatabase);
  const goal = random() < 0.5 ? (await written()) + Math.floor(random() * 4) * BATCH : Number.POSITIVE_INFINITY;
  await scene.waitUntil(async () => upstream.requests.length > requests || (await written()) >= goal);
  await child.kill();
}

function everyFile(texts: number): string[] {
  return ["failed", ...Array.from({ length: texts }, () => "completed")];
}

it("killed inside a batch of embeddings and at eight other points, reads every file to its end", async () => {
  upstream.setDefault(embed);
  const scene = new Scene(await prepareTestDatabase());
  // Each life begins two, and a dead one's are held for a while: there are always some that nobody holds.
  const texts = 2 * (RANDOM_KILLS + 1);
  await scene.open(texts);
  await dieInBatch(scene, false);
  const random = randomNumbers(4);
  for (let kill = 0; kill < RANDOM_KILLS; kill += 1) await dieAnywhere(scene, random);
  await scene.lastLife(false, async () => expect(await waitForFiles(scene.address)).toEqual(everyFile(texts)));
  await expectNoStrays(scene.address);

  // The same of a change of the embedding model: killed while vectors are made, it goes on.
  await scene.changeDimensions(8);
  const child = await scene.life(false);
  const made = "SELECT done_count::int AS n FROM vector_store_build";
  await scene.waitUntil(async () => (await scene.count(made)) > 0);
  await child.kill();
  const changed = "SELECT count(*)::int AS n FROM vector_store WHERE dimensions = 8";
  expect(await scene.count(changed)).toBe(0);
  await scene.lastLife(false, () => scene.waitUntil(async () => (await scene.count(changed)) === 1));
  await expectNoStrays(scene.address);
  await scene.letGo();
  await scene.remove();
}, 400_000);

it("killed with the database inside, reads every file to its end", async () => {
  upstream.setDefault(embed);
  const scene = new Scene(await prepareTestDatabase(""));
  await scene.open(4);
  await scene.letGo();
  await dieInBatch(scene, true);
  await dieAnywhere(scene, randomNumbers(7), true);
  await scene.lastLife(true, async () => {
    expect(await waitForFiles(scene.address)).toEqual(everyFile(4));
    await expectNoStrays(scene.address);
  });
  await scene.remove();
}, 400_000);
