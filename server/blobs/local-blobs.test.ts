import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, readlink, rm } from "node:fs/promises";
import { platform, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BlobStore, blobKey } from "#server/blobs/blob-store";
import { createLocalBlobs } from "#server/blobs/local-blobs";

const OPEN_FILES = "/proc/self/fd";
const key = blobKey("team_1", "blob_1");
let directory: string;
let store: BlobStore;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "rejoinder-blobs-"));
  store = createLocalBlobs(directory);
  const bytes = async function* () {
    yield randomBytes(1_000_000);
  };
  await store.put(key, bytes());
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** The store's files that this process holds open. */
async function openFiles(): Promise<string[]> {
  const names = await readdir(OPEN_FILES);
  const paths = await Promise.all(names.map((name) => readlink(join(OPEN_FILES, name)).catch(() => "")));
  return paths.filter((path) => path.startsWith(directory));
}

describe.runIf(platform() === "linux")("a reader leaves no file open", () => {
  it("that never reads", async () => {
    await store.get(key);
    expect(await openFiles()).toEqual([]);
  });

  it("that gives up before its first read", async () => {
    const bytes = await store.get(key);
    await bytes[Symbol.asyncIterator]().return?.();
    expect(await openFiles()).toEqual([]);
  });

  it("that stops in the middle", async () => {
    for await (const _ of await store.get(key)) {
      expect(await openFiles()).toHaveLength(1);
      break;
    }
    expect(await openFiles()).toEqual([]);
  });

  it("whose file is deleted before its first read", async () => {
    const other = blobKey("team_1", "blob_2");
    const bytes = async function* () {
      yield randomBytes(10);
    };
    await store.put(other, bytes());
    const reader = (await store.get(other))[Symbol.asyncIterator]();
    await store.delete(other);
    await expect(reader.next()).rejects.toMatchObject({ code: "not_found" });
    expect(await openFiles()).toEqual([]);
  });
});
