import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { blobDirectory, blobStore } from "#server/blobs/registry";
import { setClock } from "#server/clock";
import { config } from "#server/config";
import { pool, prisma } from "#server/db/client";
import { insertFile } from "#server/db/files";
import { completeUpload as completeRow, findUpload, insertUploadPart } from "#server/db/uploads";
import { AppError } from "#server/errors";
import { newId } from "#server/ids";
import type { ServiceContext } from "#server/services/context";
import { openFileContent } from "#server/services/files/open-file-content";
import { sweepFiles } from "#server/services/files/sweep-files";
import { uploadFile } from "#server/services/files/upload-file";
import { systemContext } from "#server/services/setup/system-context";
import { addPart } from "#server/services/uploads/add-part";
import { cancelUpload } from "#server/services/uploads/cancel-upload";
import { completeUpload } from "#server/services/uploads/complete-upload";
import { createUpload } from "#server/services/uploads/create-upload";
import { sweepUploads } from "#server/services/uploads/sweep-uploads";
import { createTeam, openTestDatabase, type TestDatabase } from "#tests/support/database";
import { type FakeClock, installFakeClock } from "#tests/support/fake-clock";

vi.mock("#server/blobs/registry", { spy: true });
vi.mock("#server/db/files", { spy: true });
vi.mock("#server/db/uploads", { spy: true });

const HOUR_MS = 3600 * 1000;
const never = new AbortController().signal;

let database: TestDatabase;
let ctx: ServiceContext;
let teamId: string;

beforeAll(async () => {
  database = await openTestDatabase({ BLOB_STORE: "local", MAX_UPLOAD_BYTES: "1000" });
});
afterAll(() => database.close());
afterEach(() => {
  setClock();
  vi.mocked(blobStore).mockReset();
});

/** A team of its own, so that what is left behind is this test's. */
async function freshTeam(): Promise<void> {
  ({ teamId } = await createTeam());
  ctx = systemContext(teamId);
}

async function begin(bytes: number): Promise<string> {
  const input = { filename: "a.txt", purpose: "batch" as const, bytes, mime_type: "text/plain" };
  return (await createUpload({ ctx, input })).id;
}

/** A form whose one file is named by `field`. */
function formOf(field: string, content: string, fields: Record<string, string> = {}) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  form.set(field, new File([content], "part"));
  const request = new Request("http://test/", { method: "POST", body: form });
  if (request.body === null) throw new Error("the form has no body");
  const contentType = request.headers.get("content-type") ?? "";
  return { contentType, contentLength: null, body: request.body };
}

async function add(uploadId: string, content: string): Promise<string> {
  return (await addPart({ ctx, input: { uploadId, ...formOf("data", content) } })).id;
}

const complete = (uploadId: string, partIds: string[]) =>
  completeUpload({ ctx, input: { uploadId, partIds, md5: null } });

/** Ids under which the team has bytes in the blob store, whole or not. */
async function blobs(): Promise<string[]> {
  const folder = join(blobDirectory(config().dataDir), teamId);
  return existsSync(folder) ? readdir(folder) : [];
}

async function count(table: "blob_garbage" | "upload" | "upload_part" | "file"): Promise<number> {
  const { rows } = await pool().query(`SELECT 1 FROM ${table} WHERE team_id = $1`, [teamId]);
  return rows.length;
}

async function sweep(): Promise<void> {
  await sweepUploads(never);
  await sweepFiles(never);
}

/** The real store, with something done before a blob is written or read. */
function interfere(before: (step: "put" | "get") => Promise<void>): void {
  const real = blobStore();
  vi.mocked(blobStore).mockReturnValue({
    ...real,
    put: async (...args) => {
      await before("put");
      return real.put(...args);
    },
    get: async (key) => {
      await before("get");
      return real.get(key);
    },
  });
}

describe("an upload", () => {
  it("becomes a file whose parts are gone with the next sweep", async () => {
    await freshTeam();
    const uploadId = await begin(6);
    const [b, a, unused] = [await add(uploadId, "def"), await add(uploadId, "abc"), await add(uploadId, "zzz")];
    const { file } = await complete(uploadId, [a, b]);
    expect(file).toMatchObject({ bytes: 6, purpose: "batch" });
    expect(file.expiresAt?.getTime()).toBe(file.createdAt.getTime() + 30 * 24 * HOUR_MS);
    expect(await count("upload_part")).toBe(0);
    expect((await blobs()).toSorted()).toEqual([file.id, a, b, unused].toSorted());
    await sweep();
    expect(await blobs()).toEqual([file.id]);
    expect(await count("blob_garbage")).toBe(0);
    const { bytes } = await openFileContent({ ctx, input: { fileId: file.id } });
    const pieces: Uint8Array[] = [];
    for await (const piece of bytes) pieces.push(piece);
    expect(Buffer.concat(pieces).toString()).toBe("abcdef");
  });

  it("makes one file, however many complete it at once", async () => {
    await freshTeam();
    const uploadId = await begin(3);
    const part = await add(uploadId, "abc");
    const outcomes = await Promise.allSettled(Array.from({ length: 4 }, () => complete(uploadId, [part])));
    const refused = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason.message] : []));
    const [fileId] = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value.file.id] : []));
    expect(refused).toEqual(Array(3).fill(expect.stringContaining(`has been completed: it is file '${fileId}'`)));
    await sweep();
    expect(await count("file")).toBe(1);
    expect(await blobs()).toHaveLength(1);
  });

  it("that is cancelled while it is completed, or while a part arrives, makes nothing", async () => {
    await freshTeam();
    const [completing, adding] = [await begin(3), await begin(3)];
    const part = await add(completing, "abc");
    interfere(async (step) => {
      if (step === "get") await cancelUpload({ ctx, input: { uploadId: completing } });
    });
    await expect(complete(completing, [part])).rejects.toThrow("has been cancelled");
    interfere(async (step) => {
      if (step === "put") await cancelUpload({ ctx, input: { uploadId: adding } });
    });
    await expect(add(adding, "abc")).rejects.toThrow("has been cancelled");
    vi.mocked(blobStore).mockReset();
    await sweep();
    expect(await blobs()).toEqual([]);
    expect(await count("file")).toBe(0);
    expect(await count("blob_garbage")).toBe(0);
  });

  it("says that it was completed when its parts are swept away under a second completion", async () => {
    await freshTeam();
    const uploadId = await begin(3);
    const part = await add(uploadId, "abc");
    let first = true;
    interfere(async (step) => {
      if (step !== "get" || !first) return;
      first = false;
      await complete(uploadId, [part]);
      await sweep();
    });
    await expect(complete(uploadId, [part])).rejects.toMatchObject({
      code: "invalid_request",
      message: expect.stringContaining("has been completed"),
    });
    expect(await blobs()).toHaveLength(1);
  });

  it("takes parts up to the largest size there is, and leaves the rest nowhere", async () => {
    await freshTeam();
    const uploadId = await begin(600);
    await add(uploadId, "x".repeat(600));
    await expect(add(uploadId, "x".repeat(401))).rejects.toMatchObject({ code: "payload_too_large" });
    await add(uploadId, "x".repeat(400));
    expect(await blobs()).toHaveLength(2);
    expect(await count("blob_garbage")).toBe(0);
  });

  it("of another team is unknown, and so are its parts", async () => {
    await freshTeam();
    const theirs = await begin(3);
    const part = await add(theirs, "abc");
    await freshTeam();
    for (const uploadId of [theirs, newId("upload")]) {
      const unknown = { code: "not_found", message: `No such Upload object: ${uploadId}` };
      await expect(add(uploadId, "abc")).rejects.toMatchObject(unknown);
      await expect(complete(uploadId, [part])).rejects.toMatchObject(unknown);
      await expect(cancelUpload({ ctx, input: { uploadId } })).rejects.toMatchObject(unknown);
    }
    const mine = await begin(3);
    await expect(complete(mine, [part])).rejects.toMatchObject({ code: "not_found" });
    await expect(complete(mine, [await add(await begin(3), "abc")])).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("bytes whose row is written over a connection that drops", () => {
  const lost = new AppError("database_unavailable", "The connection dropped.");

  /** The next call of a statement is done, or not, but its answer does not arrive. */
  function loseAnswer<A extends unknown[], R>(statement: (...args: A) => Promise<R>, isCommitted: boolean): void {
    vi.mocked(statement).mockImplementationOnce(async (...args) => {
      if (isCommitted) await statement(...args);
      throw lost;
    });
  }

  const file = () => uploadFile({ ctx, input: formOf("file", "abc", { purpose: "assistants" }) });

  it("stay with the row if there is one", async () => {
    await freshTeam();
    loseAnswer(insertFile, true);
    await expect(file()).rejects.toThrow(lost);
    const uploadId = await begin(3);
    loseAnswer(insertUploadPart, true);
    await expect(add(uploadId, "abc")).rejects.toThrow(lost);
    expect([await count("file"), await count("upload_part")]).toEqual([1, 1]);
    const completing = await begin(3);
    const part = await add(completing, "abc");
    loseAnswer(completeRow, true);
    await expect(complete(completing, [part])).rejects.toThrow(lost);
    expect(await count("file")).toBe(2);
    expect(await blobs()).toHaveLength(4);
    installFakeClock(Date.now() + 26 * HOUR_MS);
    await sweep();
    const { rows } = await pool().query<{ id: string }>("SELECT id FROM file WHERE team_id = $1 ORDER BY id", [teamId]);
    expect((await blobs()).toSorted()).toEqual(rows.map(({ id }) => id));
  });

  it("go with the sweep if there is none", async () => {
    await freshTeam();
    loseAnswer(insertFile, false);
    await expect(file()).rejects.toThrow(lost);
    const uploadId = await begin(3);
    loseAnswer(insertUploadPart, false);
    await expect(add(uploadId, "abc")).rejects.toThrow(lost);
    const part = await add(uploadId, "abc");
    loseAnswer(completeRow, false);
    await expect(complete(uploadId, [part])).rejects.toThrow(lost);
    expect([await count("file"), await count("blob_garbage")]).toEqual([0, 3]);
    installFakeClock(Date.now() + 26 * HOUR_MS);
    await sweep();
    expect(await blobs()).toEqual([]);
  });
});

describe("the sweep of uploads", () => {
  let time: FakeClock;

  it("ends what nobody completed in time, and forgets it a day later", async () => {
    await freshTeam();
    const uploadId = await begin(3);
    const part = await add(uploadId, "abc");
    time = installFakeClock(Date.now() + HOUR_MS + 1000);
    await expect(complete(uploadId, [part])).rejects.toThrow("has expired");
    await sweep();
    // A completion that began in time may still be at work.
    expect(await count("upload_part")).toBe(1);
    time.advance(HOUR_MS);
    await sweep();
    expect(await findUpload({ teamId, uploadId })).toMatchObject({ status: "expired" });
    expect(await count("upload_part")).toBe(0);
    expect(await blobs()).toEqual([]);
    expect(await count("blob_garbage")).toBe(0);
    time.advance(24 * HOUR_MS);
    await sweep();
    expect(await count("upload")).toBe(0);
  });

  it("takes up what a process left that died right after it ended an upload", async () => {
    await freshTeam();
    const uploadId = await begin(3);
    await add(uploadId, "abc");
    await prisma().upload.updateMany({ where: { teamId, id: uploadId }, data: { status: "cancelled" } });
    installFakeClock(Date.now() + 26 * HOUR_MS);
    await sweep();
    expect(await blobs()).toEqual([]);
    expect([await count("upload"), await count("upload_part"), await count("blob_garbage")]).toEqual([0, 0, 0]);
  });

  it("lets a completion end that began in time", async () => {
    await freshTeam();
    time = installFakeClock();
    const uploadId = await begin(3);
    const part = await add(uploadId, "abc");
    interfere(async (step) => {
      if (step !== "get") return;
      time.advance(HOUR_MS + 1000);
      await sweep();
    });
    const { file } = await complete(uploadId, [part]);
    expect(file.bytes).toBe(3);
  });
});
