import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type BlobStore, blobKey } from "#server/blobs/blob-store";
import { blobDirectory, blobStore } from "#server/blobs/registry";
import { setClock } from "#server/clock";
import { config, setConfig } from "#server/config";
import { prisma } from "#server/db/client";
import { announceBlob, findFile, insertFile } from "#server/db/files";
import { newId } from "#server/ids";
import { sweepFiles } from "#server/services/files/sweep-files";
import { createTeam, openTestDatabase, type TestDatabase } from "#tests/support/database";
import { installFakeClock } from "#tests/support/fake-clock";
import { refuse, startS3Server } from "#tests/support/s3-server";

const HOUR_MS = 3600 * 1000;
const begunAt = Date.now() - process.uptime() * 1000;
const never = new AbortController().signal;

let database: TestDatabase;
let teamId: string;

beforeAll(async () => {
  database = await openTestDatabase({ BLOB_STORE: "local" });
  ({ teamId } = await createTeam());
});
afterAll(() => database.close());
afterEach(() => setClock());

async function* bytes(): AsyncGenerator<Uint8Array> {
  yield Buffer.from("content");
}

/** An upload whose process was killed while it wrote: announced, and half of the file there. */
async function leaveHalf(announcedAt: number): Promise<{ fileId: string; path: string }> {
  const fileId = newId("file");
  await announceBlob({ teamId, fileId }, new Date(announcedAt));
  const path = join(blobDirectory(config().dataDir), teamId, `${fileId}.partial`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, "cont");
  return { fileId, path };
}

function isAnnounced(fileId: string): Promise<boolean> {
  return prisma()
    .blobGarbage.findFirst({ where: { teamId, blobId: fileId } })
    .then((row) => row !== null);
}

function holds(store: BlobStore, fileId: string): Promise<boolean> {
  return store.get(blobKey(teamId, fileId)).then(
    () => true,
    () => false,
  );
}

describe("the sweep of files", () => {
  it("removes what an upload left that was killed midway, a day later", async () => {
    const { fileId, path } = await leaveHalf(Date.now());
    await sweepFiles(never);
    expect(existsSync(path)).toBe(true);
    installFakeClock(Date.now() + 25 * HOUR_MS);
    await sweepFiles(never);
    expect(existsSync(path)).toBe(false);
    expect(await isAnnounced(fileId)).toBe(false);
  });

  it("leaves what a failing bucket keeps to the next sweep, and removes the rest", async () => {
    const s3 = await startS3Server();
    const local = config();
    const stuck = newId("file");
    try {
      setConfig({ ...local, BLOB_STORE: "s3", ...s3.environment, S3_MAX_ATTEMPTS: 1 });
      const ids = [newId("file"), stuck, newId("file")];
      for (const fileId of ids) {
        await announceBlob({ teamId, fileId }, new Date(Date.now()));
        await blobStore().put(blobKey(teamId, fileId), bytes());
      }
      s3.intercept(({ request, response }) => {
        if (request.method !== "DELETE" || !request.url?.includes(stuck)) return false;
        refuse(response, 503, "SlowDown");
        return true;
      });
      installFakeClock(Date.now() + 25 * HOUR_MS);
      await sweepFiles(never);
      expect((await s3.held()).objects).toEqual([blobKey(teamId, stuck)]);
      expect(await Promise.all(ids.map(isAnnounced))).toEqual([false, true, false]);
      s3.intercept(() => false);
      await sweepFiles(never);
      expect((await s3.held()).objects).toEqual([]);
      expect(await isAnnounced(stuck)).toBe(false);
    } finally {
      setConfig(local);
      await s3.stop();
    }
  });

  it("does not wait for that where no other process can be uploading", async () => {
    const before = await leaveHalf(begunAt - 1000);
    const running = await leaveHalf(begunAt + 1000);
    await sweepFiles(never);
    expect(existsSync(before.path)).toBe(!config().embedded);
    expect(existsSync(running.path)).toBe(true);
  });

  it("deletes what has expired, bytes too, and nothing else", async () => {
    const store = blobStore();
    const now = Date.now();
    const file = { filename: "a.txt", purpose: "assistants", bytes: 7, mediaType: "text/plain", sha256: "0" };
    const ids = { expired: newId("file"), kept: newId("file") };
    for (const [id, expiresAt] of [
      [ids.expired, new Date(now + HOUR_MS)],
      [ids.kept, new Date(now + 3 * HOUR_MS)],
    ] as const) {
      await store.put(blobKey(teamId, id), bytes());
      await insertFile(teamId, { ...file, id, createdAt: new Date(now), expiresAt });
    }
    installFakeClock(now + 2 * HOUR_MS);
    await sweepFiles(never);
    expect(await findFile({ teamId, fileId: ids.expired }, new Date(now))).toBeNull();
    expect(await holds(store, ids.expired)).toBe(false);
    expect(await holds(store, ids.kept)).toBe(true);
  });

  it("deletes what a response has made that was never stored, a day later, and leaves what has its item", async () => {
    const now = Date.now();
    const file = { filename: "ig.png", purpose: "assistants_output", bytes: 7, mediaType: "image/png", sha256: "0" };
    const ids = { lost: newId("file"), kept: newId("file") };
    const itemId = newId("image_generation_call");
    await prisma().item.create({
      data: { teamId, id: itemId, type: "image_generation_call", body: {}, createdAt: new Date(now) },
    });
    for (const [id, item] of [
      [ids.lost, newId("image_generation_call")],
      [ids.kept, itemId],
    ] as const) {
      await blobStore().put(blobKey(teamId, id), bytes());
      await insertFile(teamId, { ...file, id, createdAt: new Date(now), expiresAt: null, itemId: item });
    }
    const gone = () => findFile({ teamId, fileId: ids.lost }, new Date(now));
    await sweepFiles(never);
    expect(await gone()).not.toBeNull();
    installFakeClock(now + 25 * HOUR_MS);
    await sweepFiles(never);
    expect(await gone()).toBeNull();
    expect(await holds(blobStore(), ids.lost)).toBe(false);
    expect(await findFile({ teamId, fileId: ids.kept }, new Date(now))).not.toBeNull();
  });
});
