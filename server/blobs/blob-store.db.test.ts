import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BlobStore, blobKey, hasBlob } from "#server/blobs/blob-store";
import { createLocalBlobs } from "#server/blobs/local-blobs";
import { postgresBlobs } from "#server/blobs/postgres-blobs";
import { createS3Blobs } from "#server/blobs/s3-blobs";
import { pool } from "#server/db/client";
import { type Child, startChild } from "#tests/support/child";
import { openTestDatabase, type TestDatabase } from "#tests/support/database";
import { heldIn, S3_ACCOUNT, S3_BUCKET } from "#tests/support/s3-server";

let database: TestDatabase;
let directory: string;
let s3: { process: Child; endpoint: string; directory: string };
beforeAll(async () => {
  database = await openTestDatabase();
  directory = await mkdtemp(join(tmpdir(), "rejoinder-blobs-"));
  const process = startChild("tests/support/s3-child.ts", [], {});
  const [, endpoint = "", folder = ""] = (await process.line(/^s3 /)).split(" ");
  s3 = { process, endpoint, directory: folder };
});
afterAll(async () => {
  await database.close();
  await s3.process.kill();
  await rm(s3.directory, { recursive: true, force: true });
  await rm(directory, { recursive: true, force: true });
});

const MIB = 1024 * 1024;
let next = 0;
const newKey = () => blobKey("team_1", `blob_${next++}`);

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function readAll(store: BlobStore, key: string): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of await store.get(key)) parts.push(part);
  return Buffer.concat(parts);
}

/** The bytes of live buffers, after what nobody holds has been collected. */
function liveBytes(): number {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc");
  collect();
  // V8 frees dead buffers in a thread of its own; a collection waits for that of the one before.
  collect();
  return process.memoryUsage().arrayBuffers;
}

/** `count` is how many blobs, whole or in part, the store holds. */
const stores: { name: string; open: () => BlobStore; count: () => Promise<number> }[] = [
  {
    name: "local",
    open: () => createLocalBlobs(directory),
    count: async () =>
      (await readdir(directory, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).length,
  },
  {
    name: "Postgres",
    open: () => postgresBlobs,
    count: async () => (await pool().query("SELECT DISTINCT team_id, blob_id FROM blob_chunk")).rowCount ?? 0,
  },
  {
    name: "S3",
    open: () =>
      createS3Blobs({
        bucket: S3_BUCKET,
        region: "us-east-1",
        endpoint: s3.endpoint,
        pathStyle: true,
        credentials: S3_ACCOUNT,
        prefix: "some/prefix",
        connectTimeoutMs: 5000,
        idleTimeoutMs: 30_000,
        maxAttempts: 3,
      }),
    count: async () => {
      const { objects, uploads } = await heldIn(s3.directory);
      return objects.length + uploads.length;
    },
  },
];

describe.each(stores)("the $name blob store", ({ open, count }) => {
  it.each([0, 1, 3 * MIB + 17, 2 * MIB, 8 * MIB, 16 * MIB + 1])(
    "gives back the %i bytes it was given, with their size and hash",
    async (size) => {
      const store = open();
      const [bytes, key] = [randomBytes(size), newKey()];
      const written = await store.put(key, pieces(bytes, 70_001));
      expect(written).toEqual({ bytes: size, sha256: createHash("sha256").update(bytes).digest("hex") });
      expect((await readAll(store, key)).equals(bytes)).toBe(true);
    },
  );

  it("passes no more than one row at a time on", async () => {
    const store = open();
    const key = newKey();
    await store.put(key, pieces(randomBytes(3 * MIB), 3 * MIB));
    for await (const part of await store.get(key)) expect(part.byteLength).toBeLessThanOrEqual(MIB);
  });

  it("holds little of 64 MB at a time, writing and reading", async () => {
    const store = open();
    const [key, before] = [newKey(), liveBytes()];
    let peak = 0;
    const look = () => {
      peak = Math.max(peak, liveBytes() - before);
    };
    const source = async function* () {
      for (let mib = 0; mib < 64; mib++) {
        yield Buffer.alloc(MIB, mib);
        if (mib % 4 === 3) look();
      }
    };
    expect(await store.put(key, source())).toMatchObject({ bytes: 64 * MIB });
    let read = 0;
    for await (const part of await store.get(key)) {
      if (Math.floor((read + part.byteLength) / (8 * MIB)) > Math.floor(read / (8 * MIB))) look();
      read += part.byteLength;
    }
    expect(read).toBe(64 * MIB);
    expect(peak).toBeLessThan(48 * MIB);
    await store.delete(key);
  });

  it("serves several readers at once, and one that stops midway", async () => {
    const store = open();
    const [key, bytes] = [newKey(), randomBytes(3 * MIB + 5)];
    await store.put(key, pieces(bytes, MIB));
    const stop = async () => {
      for await (const _ of await store.get(key)) break;
      return bytes;
    };
    const all = await Promise.all([stop(), ...Array.from({ length: 8 }, () => readAll(store, key))]);
    expect(all.every((read) => read.equals(bytes))).toBe(true);
  });

  it.each([2, 40])("leaves nothing behind when the source fails after %i MB", async (mebibytes) => {
    const store = open();
    const [key, before] = [newKey(), await count()];
    const source = async function* () {
      for (let mib = 0; mib < mebibytes; mib++) yield randomBytes(MIB);
      throw new Error("the upload broke");
    };
    await expect(store.put(key, source())).rejects.toThrow("the upload broke");
    expect(await count()).toBe(before);
    await expect(store.get(key)).rejects.toMatchObject({ code: "not_found" });
  });

  it.each([2, 40])("leaves nothing behind when it is aborted after %i MB", async (mebibytes) => {
    const store = open();
    const [key, before] = [newKey(), await count()];
    const abort = new AbortController();
    const source = async function* () {
      for (let mib = 0; mib < mebibytes; mib++) yield randomBytes(MIB);
      abort.abort(new Error("gone"));
      yield randomBytes(2 * MIB);
    };
    await expect(store.put(key, source(), abort.signal)).rejects.toThrow("gone");
    expect(await count()).toBe(before);
  });

  it("leaves nothing behind when it is aborted at its very end, or before it begins", async () => {
    const store = open();
    const before = await count();
    const abort = new AbortController();
    const source = async function* () {
      yield randomBytes(MIB);
      abort.abort(new Error("gone"));
    };
    await expect(store.put(newKey(), source(), abort.signal)).rejects.toThrow("gone");
    await expect(store.put(newKey(), pieces(randomBytes(10), 10), abort.signal)).rejects.toThrow("gone");
    expect(await count()).toBe(before);
  });

  it("does not overwrite a blob", async () => {
    const store = open();
    const [key, bytes] = [newKey(), randomBytes(100)];
    await store.put(key, pieces(bytes, 100));
    await expect(store.put(key, pieces(randomBytes(3 * MIB), MIB))).rejects.toThrow();
    expect((await readAll(store, key)).equals(bytes)).toBe(true);
  });

  it("forgets what is deleted, and bears deleting it twice", async () => {
    const store = open();
    const key = newKey();
    await store.put(key, pieces(randomBytes(10), 10));
    expect(await hasBlob(store, key)).toBe(true);
    await store.delete(key);
    await store.delete(key);
    expect(await hasBlob(store, key)).toBe(false);
    await expect(store.get(key)).rejects.toMatchObject({ code: "not_found" });
  });

  it("keeps teams apart", async () => {
    const store = open();
    await store.put(blobKey("team_a", "same"), pieces(randomBytes(10), 10));
    await expect(store.get(blobKey("team_b", "same"))).rejects.toMatchObject({ code: "not_found" });
  });

  it.each(["../secret", "team_1/../../secret", "team_1", "/etc/passwd", "team_1/a/b", "team_1/"])(
    "refuses the key %s",
    async (key) => {
      await expect(open().get(key)).rejects.toThrow("not a blob key");
    },
  );
});
