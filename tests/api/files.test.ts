import { request as httpRequest } from "node:http";
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

async function upload(
  name: string,
  content: string | Uint8Array = "some text",
  purpose: OpenAI.FilePurpose = "assistants",
) {
  return client.files.create({ file: await toFile(Buffer.from(content), name), purpose });
}

/** Sends a form as it is, so that what the SDK would not send can be sent. */
async function postForm(form: FormData): Promise<{ status: number; error: OpenAI.ErrorObject }> {
  const response = await fetch(`${server.url}/v1/files`, {
    method: "POST",
    headers: { authorization: `Bearer ${team.key}` },
    body: form,
  });
  const body = await response.json();
  return { status: response.status, error: body.error };
}

function formOf(entries: [string, string | File][]): FormData {
  const form = new FormData();
  for (const [name, value] of entries) form.append(name, value);
  return form;
}

describe("files", () => {
  it("stores what was sent and gives it back", async () => {
    const bytes = new Uint8Array(300_000).map((_, index) => (index * 31) % 251);
    const file = await upload("Übersicht 'q1'.bin", bytes, "user_data");
    expect(file).toMatchObject({
      object: "file",
      bytes: 300_000,
      filename: "Übersicht 'q1'.bin",
      purpose: "user_data",
      status: "processed",
    });
    expect(file).not.toHaveProperty("expires_at");
    expect(file.id).toMatch(/^file-/);
    expect(await client.files.retrieve(file.id)).toEqual(file);
    const content = await client.files.content(file.id);
    expect(content.headers.get("content-disposition")).toMatch(
      /^attachment; filename\*=UTF-8''%C3%9Cbersicht%20%27q1%27\.bin$/,
    );
    expect(content.headers.get("x-content-type-options")).toBe("nosniff");
    expect(content.headers.get("content-type")).toBe("application/octet-stream");
    expect(Buffer.from(await content.arrayBuffer()).equals(Buffer.from(bytes))).toBe(true);
    expect((await client.files.waitForProcessing(file.id)).status).toBe("processed");
  });

  it("gives an HTML file only as a download", async () => {
    const file = await upload("page.html", "<script>alert(1)</script>");
    const content = await client.files.content(file.id);
    expect(content.headers.get("content-type")).toBe("application/octet-stream");
    expect(content.headers.get("content-disposition")).toMatch(/^attachment/);
    expect(content.headers.get("x-content-type-options")).toBe("nosniff");
  });

  it("takes expires_after as form fields, and gives batch files 30 days", async () => {
    const file = await client.files.create({
      file: await toFile(Buffer.from("x"), "x.txt"),
      purpose: "assistants",
      expires_after: { anchor: "created_at", seconds: 3600 },
    });
    expect(file.expires_at).toBe(file.created_at + 3600);
    const batch = await upload("b.jsonl", "{}", "batch");
    expect(batch.expires_at).toBe(batch.created_at + 30 * 24 * 3600);
  });

  it("deletes a file for good, bytes too", async () => {
    const file = await upload("gone.txt");
    expect(await client.files.delete(file.id)).toEqual({ id: file.id, object: "file", deleted: true });
    await expect(client.files.retrieve(file.id)).rejects.toMatchObject({ status: 404, type: "invalid_request_error" });
    await expect(client.files.content(file.id)).rejects.toMatchObject({ status: 404 });
    await expect(client.files.delete(file.id)).rejects.toMatchObject({ status: 404 });
    await expect.poll(() => query(server, "SELECT 1 FROM blob_garbage WHERE blob_id = $1", [file.id])).toHaveLength(0);
  });

  it("pages through a list in both orders, filtered by purpose", async () => {
    const own = await createTeam(server);
    const ownClient = openaiClient(server, own.key);
    const ids: string[] = [];
    for (let index = 0; index < 5; index++) {
      const file = await ownClient.files.create({
        file: await toFile(Buffer.from(`${index}`), `${index}.txt`),
        purpose: index === 4 ? "vision" : "assistants",
      });
      ids.push(file.id);
    }
    const paged: string[] = [];
    for await (const file of ownClient.files.list({ limit: 2, order: "asc" })) paged.push(file.id);
    expect(paged).toEqual(ids);
    const newest = await ownClient.files.list();
    expect(newest.data.map((file) => file.id)).toEqual(ids.toReversed());
    expect(newest.has_more).toBe(false);
    const vision = await ownClient.files.list({ purpose: "vision" });
    expect(vision.data.map((file) => file.id)).toEqual([ids[4]]);
    await expect(ownClient.files.list({ limit: 10_001 })).rejects.toMatchObject({ status: 400, param: "limit" });
  });

  it("names what is wrong with a form", async () => {
    const file = new File(["x"], "x.txt");
    const missing = await postForm(formOf([["purpose", "assistants"]]));
    expect(missing).toMatchObject({ status: 400, error: { code: "missing_required_parameter", param: "file" } });
    const double = await postForm(
      formOf([
        ["purpose", "assistants"],
        ["file", file],
        ["file", file],
      ]),
    );
    expect(double).toMatchObject({ status: 400, error: { param: "file", type: "invalid_request_error" } });
    const purpose = await postForm(
      formOf([
        ["file", file],
        ["purpose", "fun"],
      ]),
    );
    expect(purpose.error.message).toBe(
      "Invalid value: 'fun'. Supported values are: 'assistants', 'batch', 'fine-tune', 'vision', 'user_data', and 'evals'.",
    );
    expect(purpose.error.param).toBe("purpose");
    const none = await postForm(formOf([["file", file]]));
    expect(none).toMatchObject({ status: 400, error: { code: "missing_required_parameter", param: "purpose" } });
    const expiry = await postForm(
      formOf([
        ["file", file],
        ["purpose", "assistants"],
        ["expires_after[anchor]", "created_at"],
        ["expires_after[seconds]", "60"],
      ]),
    );
    expect(expiry).toMatchObject({ status: 400, error: { param: "expires_after.seconds" } });
    expect(expiry.error.message).toContain("3600");
    const json = await fetch(`${server.url}/v1/files`, {
      method: "POST",
      headers: { authorization: `Bearer ${team.key}`, "content-type": "application/json" },
      body: "{}",
    });
    expect(json.status).toBe(400);
    // What was refused after its bytes were read leaves none behind.
    await expect
      .poll(() => query(server, "SELECT 1 FROM blob_garbage WHERE team_id = $1", [team.teamId]))
      .toHaveLength(0);
  });

  it("refuses 513 MiB with 413 before they are sent", async () => {
    const answer = await new Promise<{ status: number | undefined; body: string; sent: number }>((resolve, reject) => {
      const total = 513 * 1024 * 1024;
      const request = httpRequest(`${server.url}/v1/files`, {
        method: "POST",
        headers: {
          authorization: `Bearer ${team.key}`,
          "content-type": "multipart/form-data; boundary=b",
          "content-length": total,
        },
      });
      let sent = 0;
      request.on("response", (response) => {
        const pieces: Buffer[] = [];
        response.on("data", (piece) => pieces.push(piece));
        response.on("end", () => {
          resolve({ status: response.statusCode, body: Buffer.concat(pieces).toString(), sent });
          request.destroy();
        });
      });
      request.on("error", reject);
      const head = '--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n';
      sent = head.length;
      request.write(head);
    });
    expect(answer.status).toBe(413);
    expect(JSON.parse(answer.body).error).toMatchObject({ type: "invalid_request_error", param: "file" });
    expect(answer.sent).toBeLessThan(1000);
  });

  it("answers another team's file as an unknown one", async () => {
    const file = await upload("mine.txt");
    const stranger = openaiClient(server, (await createTeam(server)).key);
    const unknown = stranger.files.retrieve("file-0190f0f0f0f07000800000000000beef").catch((error) => error);
    const foreign = stranger.files.retrieve(file.id).catch((error) => error);
    expect((await foreign).status).toBe(404);
    expect((await foreign).message.replace(file.id, "ID")).toBe(
      (await unknown).message.replace("file-0190f0f0f0f07000800000000000beef", "ID"),
    );
    await expect(stranger.files.delete(file.id)).rejects.toMatchObject({ status: 404 });
    expect((await client.files.retrieve(file.id)).id).toBe(file.id);
  });
});
