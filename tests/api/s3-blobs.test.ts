import { createHash } from "node:crypto";
import type OpenAI from "openai";
import { toFile } from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { blobKey } from "#server/blobs/blob-store";
import { refuse, type S3Server, startS3Server } from "#tests/support/s3-server";
import { createTeam, openaiClient, type RunningServer, startServer, type TestTeam } from "#tests/support/server";

const MIB = 1024 * 1024;

let s3: S3Server;
let server: RunningServer;
let team: TestTeam;
let client: OpenAI;

beforeAll(async () => {
  s3 = await startS3Server();
  server = await startServer({ env: { ...s3.environment, S3_PREFIX: "rejoinder", S3_MAX_ATTEMPTS: "1" } });
  team = await createTeam(server);
  client = openaiClient(server, team.key);
});

afterAll(async () => {
  s3.intercept(() => false);
  await server.stop();
  await server.remove();
  await s3.stop();
});

function keyOf(fileId: string): string {
  return `rejoinder/${blobKey(team.teamId, fileId)}`;
}

/** Keys of whole files; what an upload's parts leave is the sweep's. */
async function filesHeld(): Promise<string[]> {
  return (await s3.held()).objects.filter((key) => key.includes("/file-"));
}

async function contentOf(fileId: string): Promise<Buffer> {
  return Buffer.from(await (await client.files.content(fileId)).arrayBuffer());
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

describe("a server whose files are in a bucket", () => {
  it("puts an upload of several parts there, gives it back, and removes it with the file", async () => {
    const bytes = Buffer.alloc(17 * MIB + 5, "rejoinder ");
    const file = await client.files.create({ file: await toFile(bytes, "large.bin"), purpose: "user_data" });
    expect(file.bytes).toBe(bytes.byteLength);
    expect(await s3.held()).toEqual({ objects: [keyOf(file.id)], uploads: [] });
    expect(sha256(await contentOf(file.id))).toBe(sha256(bytes));
    await client.files.delete(file.id);
    expect(await s3.held()).toEqual({ objects: [], uploads: [] });
    await expect(client.files.content(file.id)).rejects.toMatchObject({ status: 404 });
  });

  it("makes one object of an upload's parts", async () => {
    const parts = [Buffer.alloc(9 * MIB, "a"), Buffer.alloc(3, "b")];
    const upload = await client.uploads.create({
      bytes: 9 * MIB + 3,
      filename: "parts.txt",
      mime_type: "text/plain",
      purpose: "assistants",
    });
    const ids: string[] = [];
    for (const part of parts) {
      const { id } = await client.uploads.parts.create(upload.id, { data: await toFile(part, "part") });
      ids.push(id);
    }
    const { file } = await client.uploads.complete(upload.id, { part_ids: ids });
    if (!file) throw new Error("no file");
    expect(await filesHeld()).toEqual([keyOf(file.id)]);
    expect(sha256(await contentOf(file.id))).toBe(sha256(Buffer.concat(parts)));
    await client.files.delete(file.id);
  });

  it("reads a document of a vector store from there", async () => {
    const store = await client.vectorStores.create({ name: "harbour" });
    const text = "The lighthouse keeper lights the lamp at dusk.";
    const file = await client.vectorStores.files.uploadAndPoll(store.id, await toFile(Buffer.from(text), "keeper.txt"));
    expect(file).toMatchObject({ status: "completed", last_error: null });
    const found = await client.vectorStores.search(store.id, { query: "Who lights the lamp?" });
    expect(found.data[0]).toMatchObject({ file_id: file.id, content: [{ type: "text", text }] });
    await client.files.delete(file.id);
    expect(await filesHeld()).toEqual([]);
  });

  it("answers 503 while the store fails, and keeps nothing of what was refused", async () => {
    const kept = await client.files.create({ file: await toFile(Buffer.from("kept"), "a.txt"), purpose: "assistants" });
    s3.intercept(({ response }) => {
      refuse(response, 503, "SlowDown");
      return true;
    });
    const upload = client.files.create({ file: await toFile(Buffer.from("lost"), "b.txt"), purpose: "assistants" });
    await expect(upload).rejects.toMatchObject({ status: 503, code: "storage_unavailable" });
    await expect(client.files.content(kept.id)).rejects.toMatchObject({ status: 503, code: "storage_unavailable" });
    s3.intercept(() => false);
    expect((await client.files.list()).data.map(({ id }) => id)).toEqual([kept.id]);
    expect((await contentOf(kept.id)).toString()).toBe("kept");
    expect(await filesHeld()).toEqual([keyOf(kept.id)]);
  });
});

it("does not start with a bucket that it cannot use, and says which setting is wrong", async () => {
  await expect(startServer({ env: { ...s3.environment, S3_SECRET_ACCESS_KEY: "another secret" } })).rejects.toThrow(
    "S3_SECRET_ACCESS_KEY is not the secret of S3_ACCESS_KEY_ID.",
  );
});
