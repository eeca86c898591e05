import { createHash } from "node:crypto";
import type OpenAI from "openai";
import { toFile } from "openai";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { createTeam, openaiClient, query, type TestTeam } from "#tests/support/server";

const server = inject("server");
let team: TestTeam;
let client: OpenAI;

beforeAll(async () => {
  team = await createTeam(server);
  client = openaiClient(server, team.key);
});

const MIB = 1024 * 1024;

function bytesOf(length: number, seed: number): Buffer {
  return Buffer.from(new Uint8Array(length).map((_, index) => (index * seed) % 251));
}

function begin(bytes: number, more: Partial<OpenAI.Uploads.UploadCreateParams> = {}) {
  return client.uploads.create({
    filename: "big.txt",
    purpose: "assistants",
    bytes,
    mime_type: "text/plain",
    ...more,
  });
}

async function addPart(uploadId: string, bytes: Buffer): Promise<OpenAI.Uploads.UploadPart> {
  return client.uploads.parts.create(uploadId, { data: await toFile(bytes, "part") });
}

describe("uploads", () => {
  it("become one file of parts that came at the same time, in the order that is asked for", async () => {
    const pieces = [bytesOf(2 * MIB + 17, 31), bytesOf(1, 7), bytesOf(MIB, 13)];
    const whole = Buffer.concat(pieces);
    const upload = await begin(whole.length, {
      filename: "reports/Übersicht.bin",
      expires_after: { anchor: "created_at", seconds: 3600 },
    });
    expect(upload).toEqual({
      id: expect.stringMatching(/^upload_/),
      object: "upload",
      bytes: whole.length,
      created_at: expect.any(Number),
      expires_at: upload.created_at + 3600,
      filename: "Übersicht.bin",
      purpose: "assistants",
      status: "pending",
    });
    const parts = await Promise.all(pieces.toReversed().map((piece) => addPart(upload.id, piece)));
    expect(parts[0]).toEqual({
      id: expect.stringMatching(/^part_/),
      object: "upload.part",
      created_at: expect.any(Number),
      upload_id: upload.id,
    });
    const done = await client.uploads.complete(upload.id, {
      part_ids: parts.toReversed().map((part) => part.id),
      md5: createHash("md5").update(whole).digest("hex").toUpperCase(),
    });
    expect(done).toMatchObject({ id: upload.id, status: "completed" });
    const file = await client.files.retrieve(done.file?.id ?? "");
    expect(done.file).toEqual(file);
    expect(file).toMatchObject({ filename: "Übersicht.bin", bytes: whole.length, purpose: "assistants" });
    expect(file.expires_at).toBe(file.created_at + 3600);
    const content = Buffer.from(await (await client.files.content(file.id)).arrayBuffer());
    expect(content.equals(whole)).toBe(true);
  });

  it("can be completed again after a refusal, and used like any file", async () => {
    const text = "The axolotl regrows its limbs. ";
    const upload = await begin(text.length * 2, { filename: "axolotl.txt" });
    const [one, two, odd] = [
      await addPart(upload.id, Buffer.from(text)),
      await addPart(upload.id, Buffer.from(text)),
      await addPart(upload.id, Buffer.from("odd")),
    ];
    const complete = (partIds: string[], md5?: string) =>
      client.uploads.complete(upload.id, { part_ids: partIds, ...(md5 === undefined ? {} : { md5 }) });
    await expect(complete([one.id])).rejects.toMatchObject({
      status: 400,
      param: "part_ids",
      message: expect.stringContaining(`${text.length} bytes, but the upload was created for ${text.length * 2}`),
    });
    await expect(complete([one.id, two.id, odd.id])).rejects.toMatchObject({ status: 400, param: "part_ids" });
    await expect(complete([one.id, one.id])).rejects.toMatchObject({ status: 400, param: "part_ids[1]" });
    await expect(complete([one.id, "part_unknown"])).rejects.toMatchObject({ status: 404, param: "part_ids[1]" });
    await expect(complete([one.id, two.id], "0".repeat(32))).rejects.toMatchObject({ status: 400, param: "md5" });
    await expect(complete([one.id, two.id], "abc")).rejects.toMatchObject({
      status: 400,
      param: "md5",
      message: expect.stringContaining("32 hexadecimal digits"),
    });
    const { file } = await complete([one.id, two.id]);
    const store = await client.vectorStores.create({ name: "uploaded" });
    const read = await client.vectorStores.files.createAndPoll(store.id, { file_id: file?.id ?? "" });
    expect(read.status).toBe("completed");
    const found = await client.vectorStores.search(store.id, { query: "Which animal regrows limbs?" });
    expect(found.data[0]).toMatchObject({ file_id: file?.id, filename: "axolotl.txt" });
    // Refused completions and the parts that were used or not have left nothing but what the sweep removes.
    expect(await query(server, "SELECT 1 FROM upload_part WHERE upload_id = $1", [upload.id])).toEqual([]);
  });

  it("that have ended take nothing more", async () => {
    const ended: Record<string, string> = {};
    const cancelled = await begin(3);
    await addPart(cancelled.id, Buffer.from("abc"));
    expect(await client.uploads.cancel(cancelled.id)).toMatchObject({ id: cancelled.id, status: "cancelled" });
    ended["has been cancelled"] = cancelled.id;
    const completed = await begin(3);
    const part = await addPart(completed.id, Buffer.from("abc"));
    await client.uploads.complete(completed.id, { part_ids: [part.id] });
    ended["has been completed"] = completed.id;
    const expired = await begin(3);
    await query(server, "UPDATE upload SET expires_at = now() - interval '1 second' WHERE id = $1", [expired.id]);
    ended["has expired"] = expired.id;
    for (const [message, id] of Object.entries(ended)) {
      const refusal = { status: 400, type: "invalid_request_error", message: expect.stringContaining(message) };
      await expect(addPart(id, Buffer.from("abc"))).rejects.toMatchObject(refusal);
      await expect(client.uploads.complete(id, { part_ids: [part.id] })).rejects.toMatchObject(refusal);
      await expect(client.uploads.cancel(id)).rejects.toMatchObject(refusal);
    }
    await expect(client.uploads.cancel("upload_unknown")).rejects.toMatchObject({ status: 404 });
  });

  it("name what is wrong with a request", async () => {
    await expect(begin(9 * 1024 * MIB)).rejects.toMatchObject({
      status: 400,
      param: "bytes",
      code: "integer_above_max_value",
    });
    await expect(begin(0)).rejects.toMatchObject({ status: 400, param: "bytes" });
    await expect(begin(1, { purpose: "fun" as "vision" })).rejects.toMatchObject({ status: 400, param: "purpose" });
    await expect(begin(1, { expires_after: { anchor: "created_at", seconds: 60 } })).rejects.toMatchObject({
      status: 400,
      param: "expires_after.seconds",
    });
    const upload = await begin(1);
    const post = (body: FormData | string, headers: Record<string, string> = {}) =>
      fetch(`${server.url}/v1/uploads/${upload.id}/parts`, {
        method: "POST",
        headers: { authorization: `Bearer ${team.key}`, ...headers },
        body,
      });
    const form = new FormData();
    form.set("file", new File(["x"], "x"));
    const misnamed = await post(form);
    expect(misnamed.status).toBe(400);
    expect((await misnamed.json()).error).toMatchObject({ code: "missing_required_parameter", param: "data" });
    const json = await post("{}", { "content-type": "application/json" });
    expect(json.status).toBe(400);
  });

  it("refuse a part of more than 64 MiB with 413, and keep nothing of it", async () => {
    const upload = await begin(65 * MIB);
    await expect(addPart(upload.id, Buffer.alloc(64 * MIB + 1))).rejects.toMatchObject({ status: 413, param: "data" });
    expect(await query(server, "SELECT 1 FROM upload_part WHERE upload_id = $1", [upload.id])).toEqual([]);
  });
});
