import type OpenAI from "openai";
import { toFile } from "openai";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { createTeam, openaiClient, type TestTeam } from "#tests/support/server";

// The cases of Masaic's own regression script over the common endpoints, in its requests, with the bodies asserted.

const server = inject("server");
const MODEL = "builtin@demo";
const FOX = "The quick brown fox jumps over the lazy dog. The fox is a small wild animal.";

let team: TestTeam;
let client: OpenAI;

beforeAll(async () => {
  team = await createTeam(server);
  client = openaiClient(server, team.key);
});

/** A request as the script's curl sends it. */
async function call(method: string, path: string, body?: unknown) {
  const answer = await fetch(`${server.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${team.key}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, text: await answer.text() };
}

async function post(body: Record<string, unknown>) {
  const { status, text } = await call("POST", "/v1/responses", { model: MODEL, ...body });
  return { status, body: JSON.parse(text) as OpenAI.Responses.Response };
}

const textOf = (response: OpenAI.Responses.Response) =>
  response.output
    .flatMap((item) => (item.type === "message" ? item.content : []))
    .map((part) => (part.type === "output_text" ? part.text : ""))
    .join("");

const citationsOf = (response: OpenAI.Responses.Response) =>
  response.output
    .flatMap((item) => (item.type === "message" ? item.content : []))
    .flatMap((part) => (part.type === "output_text" ? part.annotations : []));

/** The events of an SSE answer. */
function eventsOf(text: string): OpenAI.Responses.ResponseStreamEvent[] {
  return text
    .split("\n\n")
    .map((frame) => /^data: (.+)$/m.exec(frame)?.[1])
    .filter((data): data is string => data !== undefined && data !== "[DONE]")
    .map((data) => JSON.parse(data));
}

describe("plain responses", () => {
  it("answers a message without a type", async () => {
    const { status, body } = await post({ stream: false, input: [{ role: "user", content: "Hello, how are you?" }] });
    expect(status).toBe(200);
    expect(body).toMatchObject({ object: "response", status: "completed", model: "builtin/demo", error: null });
    expect(textOf(body)).not.toBe("");
    expect(body.usage?.total_tokens).toBe((body.usage?.input_tokens ?? 0) + (body.usage?.output_tokens ?? 0));
  });

  it("streams", async () => {
    const { status, text } = await call("POST", "/v1/responses", {
      model: MODEL,
      stream: true,
      input: [{ role: "user", content: "Tell me a joke" }],
    });
    expect(status).toBe(200);
    expect(text.endsWith("data: [DONE]\n\n")).toBe(true);
    const events = eventsOf(text);
    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, index) => index));
    expect(events[0]?.type).toBe("response.created");
    const last = events.at(-1);
    if (last?.type !== "response.completed") throw new Error(`ended with ${last?.type}`);
    const deltas = events.map((event) => (event.type === "response.output_text.delta" ? event.delta : ""));
    expect(textOf(last.response)).toBe(deltas.join(""));
  });

  it("keeps a stored response with its input, goes on from it and deletes it", async () => {
    const sent = { id: "4f7c2f4e-5f0e-4a8e-9a51-0d7f3d1b8a55", store: true };
    const first = await post({ ...sent, input: [{ role: "user", content: "Tell me a joke" }] });
    expect(first.status).toBe(200);
    const { id } = first.body;
    expect(id).toMatch(/^resp_/);

    const stored = await call("GET", `/v1/responses/${id}`);
    expect(stored.status).toBe(200);
    expect(JSON.parse(stored.text)).toEqual(first.body);

    const items = JSON.parse((await call("GET", `/v1/responses/${id}/input_items`)).text);
    expect(items).toMatchObject({ object: "list", has_more: false });
    expect(items.data).toHaveLength(1);
    expect(items.data[0]).toMatchObject({
      type: "message",
      role: "user",
      content: [{ type: "input_text", text: "Tell me a joke" }],
    });

    const next = await post({
      previous_response_id: id,
      input: [{ role: "user", content: "Tell me another joke" }],
      store: true,
    });
    expect(next).toMatchObject({ status: 200, body: { previous_response_id: id, status: "completed" } });
    expect(next.body.usage?.input_tokens).toBeGreaterThan(first.body.usage?.input_tokens ?? 0);

    const deleted = await call("DELETE", `/v1/responses/${id}`);
    expect(deleted.status).toBe(200);
    expect(JSON.parse(deleted.text)).toMatchObject({ id, deleted: true });
    expect((await call("GET", `/v1/responses/${id}`)).status).toBe(404);
  });
});

describe("files", () => {
  it("are uploaded, listed, read and deleted", async () => {
    const form = new FormData();
    form.append("file", new Blob([FOX], { type: "text/plain" }), "sample_file.txt");
    form.append("purpose", "user_data");
    const authorization = `Bearer ${team.key}`;
    const uploaded = await fetch(`${server.url}/v1/files`, { method: "POST", headers: { authorization }, body: form });
    expect(uploaded.status).toBe(200);
    const file = (await uploaded.json()) as OpenAI.FileObject;
    expect(file).toMatchObject({
      object: "file",
      filename: "sample_file.txt",
      purpose: "user_data",
      bytes: FOX.length,
      status: "processed",
    });

    const list = JSON.parse((await call("GET", "/v1/files?limit=10&order=desc")).text);
    expect(list.data.map((entry: OpenAI.FileObject) => entry.id)).toContain(file.id);
    expect(JSON.parse((await call("GET", `/v1/files/${file.id}`)).text)).toEqual(file);
    expect(await call("GET", `/v1/files/${file.id}/content`)).toEqual({ status: 200, text: FOX });
    const deleted = await call("DELETE", `/v1/files/${file.id}`);
    expect(JSON.parse(deleted.text)).toEqual({ id: file.id, object: "file", deleted: true });
    expect((await call("GET", `/v1/files/${file.id}`)).status).toBe(404);
  });
});

describe("responses over a vector store", () => {
  let storeId: string;
  let fileId: string;
  let otherId: string;

  beforeAll(async () => {
    const upload = async (text: string, name: string) =>
      (await client.files.create({ file: await toFile(Buffer.from(text), name), purpose: "user_data" })).id;
    fileId = await upload(FOX, "sample_file.txt");
    otherId = await upload("Foxglove is a plant with purple flowers, not an animal.", "plants.txt");
    const created = await call("POST", "/v1/vector_stores", { name: "integration", file_ids: [fileId, otherId] });
    expect(created.status).toBe(200);
    storeId = JSON.parse(created.text).id;
    for (const id of [fileId, otherId]) {
      const file = await client.vectorStores.files.poll(storeId, id, { pollIntervalMs: 50 });
      expect(file.status).toBe("completed");
    }
    const store = JSON.parse((await call("GET", `/v1/vector_stores/${storeId}`)).text);
    expect(store).toMatchObject({ status: "completed", file_counts: { completed: 2, total: 2, failed: 0 } });
  });

  const searching = (extra: Record<string, unknown> = {}) => ({
    tools: [{ type: "file_search", vector_store_ids: [storeId], max_num_results: 5, ...extra }],
    include: ["file_search_call.results"],
  });

  const resultsOf = (response: OpenAI.Responses.Response) =>
    response.output.flatMap((item) => (item.type === "file_search_call" ? (item.results ?? []) : []));

  it("says what the file says, and cites it", async () => {
    const { status, body } = await post({
      input: [{ role: "user", content: "Which animal jumps over the dog?" }],
      ...searching(),
    });
    expect(status).toBe(200);
    expect(textOf(body)).toContain("fox");
    const citations = citationsOf(body);
    expect(citations.length).toBeGreaterThan(0);
    for (const citation of citations) expect(citation.type).toBe("file_citation");
    expect(citations).toContainEqual(expect.objectContaining({ file_id: fileId, filename: "sample_file.txt" }));
  });

  it("searches only the file that a filter on file_id names", async () => {
    for (const value of [fileId, otherId]) {
      const { status, body } = await post({
        input: [{ role: "user", content: "Tell me of the fox or foxglove" }],
        ...searching({
          filters: { type: "and", filters: [{ type: "eq", key: "file_id", value }] },
          ranking_options: { ranker: "auto", score_threshold: 0.1 },
        }),
      });
      expect(status).toBe(200);
      const results = resultsOf(body);
      expect(results.length).toBeGreaterThan(0);
      for (const result of results) {
        expect(result.file_id).toBe(value);
        expect(result.score).toBeGreaterThanOrEqual(0.1);
      }
    }
  });

  it("searches by file name, and by either of two conditions", async () => {
    const found = async (filters: unknown) => {
      const { data } = JSON.parse(
        (await call("POST", `/v1/vector_stores/${storeId}/search`, { query: "fox animal", filters })).text,
      );
      return new Set(data.map((hit: { file_id: string }) => hit.file_id));
    };
    const name = { type: "eq", key: "filename", value: "sample_file.txt" };
    const nothing = { type: "eq", key: "filename", value: "no_such_file.txt" };
    const other = { type: "eq", key: "file_id", value: otherId };
    expect(await found(name)).toEqual(new Set([fileId]));
    expect(await found({ type: "and", filters: [name, { type: "eq", key: "file_id", value: fileId }] })).toEqual(
      new Set([fileId]),
    );
    expect(await found({ type: "or", filters: [nothing, other] })).toEqual(new Set([otherId]));
    expect(await found({ type: "and", filters: [name, other] })).toEqual(new Set());
  });

  it("streams the answer from the file", async () => {
    const { status, text } = await call("POST", "/v1/responses", {
      model: MODEL,
      stream: true,
      input: [{ role: "user", content: "Which animal jumps over the dog?" }],
      ...searching(),
    });
    expect(status).toBe(200);
    const events = eventsOf(text);
    const last = events.at(-1);
    if (last?.type !== "response.completed") throw new Error(`ended with ${last?.type}`);
    expect(textOf(last.response)).toMatch(/fox|dog|animal/);
    expect(events.map((event) => event.type)).toContain("response.output_text.annotation.added");
  });

  it("is deleted, and then found no more", async () => {
    const { data } = await client.vectorStores.list();
    expect(data.map((store) => store.id)).toContain(storeId);
    const deleted = await call("DELETE", `/v1/vector_stores/${storeId}`);
    expect(JSON.parse(deleted.text)).toEqual({ id: storeId, object: "vector_store.deleted", deleted: true });
    expect((await call("GET", `/v1/vector_stores/${storeId}`)).status).toBe(404);
  });
});
