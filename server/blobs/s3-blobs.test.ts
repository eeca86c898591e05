import { randomBytes } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type BlobStore, blobKey } from "#server/blobs/blob-store";
import { createS3Blobs } from "#server/blobs/s3-blobs";
import type { S3Settings } from "#server/blobs/s3-connection";
import { checkS3 } from "#server/blobs/s3-preflight";
import { refuse, S3_ACCOUNT, S3_BUCKET, type S3Server, startS3Server } from "#tests/support/s3-server";

const MIB = 1024 * 1024;
const FIRST = Buffer.alloc(100_000);
let server: S3Server;
let settings: S3Settings;
let store: BlobStore;
let next = 0;
const newKey = () => blobKey("team_1", `blob_${next++}`);

beforeAll(async () => {
  server = await startS3Server();
  settings = {
    bucket: S3_BUCKET,
    region: "us-east-1",
    endpoint: server.endpoint,
    pathStyle: true,
    credentials: S3_ACCOUNT,
    connectTimeoutMs: 5000,
    idleTimeoutMs: 30_000,
    maxAttempts: 2,
  };
  store = createS3Blobs(settings);
});
afterAll(() => server.stop());
afterEach(() => server.intercept(() => false));

async function* mebibytes(count: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < count; at++) yield randomBytes(MIB);
}

async function readAll(key: string): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of await store.get(key)) parts.push(part);
  return Buffer.concat(parts);
}

/** Answers every request whose method and path fit with 503. */
function failOn(pattern: RegExp): void {
  server.intercept(({ request, response }) => {
    if (!pattern.test(`${request.method} ${request.url}`)) return false;
    request.resume();
    refuse(response, 503, "SlowDown");
    return true;
  });
}

describe("objects", () => {
  it("lie under prefix, team and id, longer ones sent in parts of 8 MiB", async () => {
    const prefixed = createS3Blobs({ ...settings, prefix: "a/b" });
    await prefixed.put("team_x/file_y", mebibytes(17));
    expect((await server.held()).objects).toContain("a/b/team_x/file_y");
    const parts = server.requests.filter((line) => /^PUT .*file_y\?.*partNumber=/.test(line));
    expect(parts.map((line) => /partNumber=(\d+)/.exec(line)?.[1]).toSorted()).toEqual(["1", "2", "3"]);
    await prefixed.delete("team_x/file_y");
    expect((await server.held()).objects).not.toContain("a/b/team_x/file_y");
  });

  it("are asked for when they are read: a reader that never reads holds no connection", async () => {
    const key = newKey();
    await store.put(key, mebibytes(1));
    const from = server.requests.length;
    await (await store.get(key))[Symbol.asyncIterator]().return?.();
    await store.get(key);
    expect(server.requests.slice(from).map((line) => line.split(" ")[0])).toEqual(["HEAD", "HEAD"]);
  });

  it("are read on from where a connection broke, and not for ever", async () => {
    const key = newKey();
    const written = await store.put(key, mebibytes(3));
    let cuts = 1;
    server.intercept(({ request, response }) => {
      if (request.method !== "GET" || cuts-- <= 0) return false;
      response.writeHead(200, { "content-length": 3 * MIB });
      response.write(FIRST);
      response.once("drain", () => response.destroy());
      if (!response.writableNeedDrain) setImmediate(() => response.destroy());
      return true;
    });
    const bytes = await readAll(key);
    expect(bytes.byteLength).toBe(written.bytes);
    expect(server.requests.at(-1)).toMatch(/^GET /);
    server.intercept(({ request }) => {
      if (request.method === "GET") request.socket.destroy();
      return request.method === "GET";
    });
    await expect(readAll(key)).rejects.toMatchObject({ code: "storage_unavailable" });
  });
});

describe("a store that fails", () => {
  it.each([/^PUT .*partNumber=2/, /^POST .*uploadId=/, /^POST .*uploads/])(
    "at %s leaves nothing behind, and is an outage to be tried again",
    async (pattern) => {
      const before = await server.held();
      failOn(pattern);
      await expect(store.put(newKey(), mebibytes(20))).rejects.toMatchObject({
        code: "storage_unavailable",
        retryAfterMs: 1000,
      });
      expect(await server.held()).toEqual(before);
    },
  );

  it("to end a broken upload leaves it to the deletion of the blob; the source's error is what is told", async () => {
    const key = newKey();
    failOn(/^DELETE .*uploadId=/);
    const source = async function* () {
      yield* mebibytes(20);
      throw new Error("the upload broke");
    };
    await expect(store.put(key, source())).rejects.toThrow("the upload broke");
    expect((await server.held()).uploads).toEqual([key]);
    await expect(store.delete(key)).rejects.toMatchObject({ code: "storage_unavailable" });
    server.intercept(() => false);
    await store.delete(key);
    expect((await server.held()).uploads).toEqual([]);
  });

  it("to list uploads, as some never can, deletes all the same", async () => {
    const key = newKey();
    await store.put(key, mebibytes(1));
    server.intercept(({ request, response }) => {
      if (!/[?&]uploads/.test(request.url ?? "")) return false;
      refuse(response, 501, "NotImplemented");
      return true;
    });
    await store.delete(key);
    await expect(store.get(key)).rejects.toMatchObject({ code: "not_found" });
  });

  it("once is asked again", async () => {
    const key = newKey();
    let failures = 1;
    server.intercept(({ request, response }) => {
      if (request.method !== "PUT" || failures-- <= 0) return false;
      request.resume();
      refuse(response, 500, "InternalError");
      return true;
    });
    expect(await store.put(key, mebibytes(1))).toMatchObject({ bytes: MIB });
  });
});

describe("the check at start", () => {
  it("passes where all may be done, and leaves nothing", async () => {
    const before = await server.held();
    await checkS3(settings);
    expect(await server.held()).toEqual(before);
  });

  it.each<[string, Partial<S3Settings>]>([
    [
      "S3_SECRET_ACCESS_KEY is not the secret of S3_ACCESS_KEY_ID.",
      { credentials: { ...S3_ACCOUNT, secretAccessKey: "wrong" } },
    ],
    ["S3_ACCESS_KEY_ID is not known to the store.", { credentials: { accessKeyId: "NOBODY", secretAccessKey: "x" } }],
    ["S3_BUCKET names a bucket that does not exist: elsewhere.", { bucket: "elsewhere" }],
    ["S3_ENDPOINT cannot be reached: http://127.0.0.1:1 (ECONNREFUSED).", { endpoint: "http://127.0.0.1:1" }],
  ])("says: %s", async (message, wrong) => {
    await expect(checkS3({ ...settings, ...wrong })).rejects.toThrow(message);
  });

  it.each([
    ["write to", /^PUT /],
    ["read from", /^GET /],
    ["delete from", /^DELETE /],
    ["list", /^HEAD /],
  ])("says that the credentials do not allow to %s the bucket", async (doing, pattern) => {
    server.intercept(({ request, response }) => {
      if (!pattern.test(`${request.method} `)) return false;
      request.resume();
      refuse(response, 403, "AccessDenied");
      return true;
    });
    await expect(checkS3(settings)).rejects.toThrow(
      `S3_BUCKET: the credentials do not allow to ${doing} the bucket ${S3_BUCKET}`,
    );
  });
});

it("a wrong secret is refused in every request", async () => {
  const stranger = createS3Blobs({ ...settings, credentials: { ...S3_ACCOUNT, secretAccessKey: "wrong" } });
  const key = newKey();
  await store.put(key, mebibytes(1));
  await expect(stranger.get(key)).rejects.toThrow();
  await expect(stranger.put(newKey(), mebibytes(1))).rejects.toThrow();
  await expect(stranger.delete(key)).rejects.toThrow();
  expect((await readAll(key)).byteLength).toBe(MIB);
});
