import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BlobStore, blobKey } from "#server/blobs/blob-store";
import { createLocalBlobs } from "#server/blobs/local-blobs";
import { postgresBlobs } from "#server/blobs/postgres-blobs";
import { pool } from "#server/db/client";
import { openTestDatabase, type TestDatabase } from "#tests/support/database";

let database: TestDatabase;
let directory: string;
beforeAll(async () => {
  database = await openTestDatabase();
  directory = await mkdtemp(join(tmpdir(), "rejoinder-blobs-"));
});
afterAll(async () => {
  await database.close();
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

/** How many blobs, whole or in part, the store holds. */
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
];

describe.each(stores)("the $name blob store", ({ open, count }) => {
  it.each([0, 1, 3 * MIB + 17, 2 * MIB])(
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

  it("leaves nothing behind when the source fails", async () => {
    const store = open();
    const [key, before] = [newKey(), await count()];
    const source = async function* () {
      yield randomBytes(2 * MIB);
      throw new Error("the upload broke");
    };
    await expect(store.put(key, source())).rejects.toThrow("the upload broke");
    expect(await count()).toBe(before);
    await expect(store.get(key)).rejects.toMatchObject({ code: "not_found" });
  });

  it("leaves nothing behind when it is aborted", async () => {
    const store = open();
    const [key, before] = [newKey(), await count()];
    const abort = new AbortController();
    const source = async function* () {
      yield randomBytes(2 * MIB);
      abort.abort(new Error("gone"));
      yield randomBytes(2 * MIB);
    };
    await expect(store.put(key, source(), abort.signal)).rejects.toThrow("gone");
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
    await store.delete(key);
    await store.delete(key);
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
