import type OpenAI from "openai";
import { toFile } from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { eventually } from "#tests/support/eventually";
import { createScriptedTeam, type ScriptedTeam } from "#tests/support/scripted-team";
import { createTeam, openaiClient, query } from "#tests/support/server";

// Models that stand between a question and its results: one that rewrites it, one that ranks what was found.

const server = inject("server");
const TEXTS = {
  "apollo.txt": "Apollo 11 landed on the Moon in 1969. Neil Armstrong was the first to walk on it.",
  "bread.txt": "Knead the bread dough for ten minutes, then let it rise until it has doubled in size.",
  "bees.txt": "Honey bees dance to tell their sisters where the flowers are.",
};
const QUESTION = "Who walked on the moon and how do bees dance?";

let team: ScriptedTeam;
let client: OpenAI;
let storeId: string;

beforeAll(async () => {
  team = await createScriptedTeam(server);
  client = team.client;
  ({ id: storeId } = await client.vectorStores.create({ name: "texts" }));
  const files = await Promise.all(Object.entries(TEXTS).map(([name, text]) => toFile(Buffer.from(text), name)));
  const batch = await client.vectorStores.fileBatches.uploadAndPoll(storeId, { files });
  expect(batch.file_counts.completed).toBe(3);
});
afterAll(() => team.close());
beforeEach(() => {
  team.upstream.requests.length = 0;
  team.upstream.setDefault((exchange) => exchange.json(500, { error: { message: "not scripted" } }));
});

interface Answer {
  search_query: string[];
  data: { filename: string; score: number }[];
}

async function search(body: Record<string, unknown>) {
  const { data: page, response } = await client
    .post<Answer>(`/vector_stores/${storeId}/search`, { body })
    .withResponse();
  return { ...page, names: page.data.map((hit) => hit.filename), traceId: response.headers.get("x-request-id") ?? "" };
}

/** What the trace says of the search. */
async function retrievalOf(traceId: string) {
  return eventually(async () => {
    const [span] = await query<{ attributes: Record<string, unknown> }>(
      server,
      "SELECT attributes FROM span WHERE team_id = $1 AND id LIKE $2 AND name = 'retrieval'",
      [team.teamId, `${traceId}%`],
    );
    expect(span).toBeDefined();
    return span?.attributes ?? {};
  });
}

const settings = (search_settings: Record<string, string> | null) =>
  client.post<OpenAI.VectorStore>(`/vector_stores/${storeId}`, { body: { search_settings } });

describe("rewrite_query", () => {
  it("searches the clauses of the question together, and says so", async () => {
    const plain = await search({ query: QUESTION });
    expect(plain.search_query).toEqual([QUESTION]);
    const rewritten = await search({ query: QUESTION, rewrite_query: true, max_num_results: 2 });
    expect(rewritten.search_query).toEqual(["Who walked on the moon", "how do bees dance?"]);
    expect(new Set(rewritten.names)).toEqual(new Set(["apollo.txt", "bees.txt"]));
    for (const hit of rewritten.data) expect(hit.score).toBeGreaterThan(0.9);
    expect(await retrievalOf(rewritten.traceId)).toMatchObject({ rewriteModel: "builtin/demo", rewrittenTo: 2 });
  });

  it("is done by the model that the store names; when that fails, the question is searched as it came", async () => {
    const changed = await settings({ rewrite_model: team.model });
    expect(changed).toMatchObject({ search_settings: { rewrite_model: team.model } });
    team.upstream.script((exchange) => {
      exchange.send({ choices: [{ index: 0, delta: { content: '```json\n{"queries": ["bread ' } }] });
      exchange.send({ choices: [{ index: 0, delta: { content: 'dough"]}\n```' }, finish_reason: "stop" }] });
      exchange.done();
    });
    const rewritten = await search({ query: "How is it kneaded?", rewrite_query: true });
    expect(rewritten).toMatchObject({ search_query: ["bread dough"], names: expect.arrayContaining(["bread.txt"]) });
    expect(rewritten.names[0]).toBe("bread.txt");

    team.upstream.setDefault((exchange) => exchange.json(400, { error: { message: "no" } }));
    const failed = await search({ query: "moon", rewrite_query: true });
    expect(failed).toMatchObject({ search_query: ["moon"], names: expect.arrayContaining(["apollo.txt"]) });
    expect(await retrievalOf(failed.traceId)).toMatchObject({ rewriteFailed: "invalid_request" });
    const { search_settings } = (await settings(null)) as OpenAI.VectorStore & { search_settings?: unknown };
    expect(search_settings).toBeUndefined();
  });
});

describe("a file that is deleted in the middle of a search", () => {
  /** Uploads a file that only this search finds best, deletes it at the model's call, and answers what was found. */
  async function found(body: Record<string, unknown>, reply: (documents: string[]) => unknown) {
    const file = await client.files.create({
      file: await toFile(Buffer.from("Saturn has rings of ice."), "saturn.txt"),
      purpose: "assistants",
    });
    await client.vectorStores.files.createAndPoll(storeId, { file_id: file.id }, { pollIntervalMs: 50 });
    expect((await search({ query: "rings of Saturn" })).names[0]).toBe("saturn.txt");
    let asked = 0;
    team.upstream.setDefault(async (exchange) => {
      asked += 1;
      await client.files.delete(file.id);
      exchange.json(200, reply(exchange.body.documents as string[]));
    });
    const { names } = await search({ query: "rings of Saturn", ...body });
    expect(asked).toBe(1);
    return names;
  }

  it("while its passages are ranked, is in no answer", async () => {
    const names = await found({ ranking_options: { ranker: "scripted/rerank-1" } }, (documents) => {
      expect(documents.some((text) => text.startsWith("saturn.txt"))).toBe(true);
      return { results: documents.map((_, index) => ({ index, relevance_score: 1 - index / 10 })) };
    });
    expect(names.length).toBeGreaterThan(0);
    expect(names).not.toContain("saturn.txt");
  });

  it("before it is searched, while the question is rewritten, is in no answer", async () => {
    await settings({ rewrite_model: team.model });
    const names = await found({ rewrite_query: true }, () => ({ error: { message: "no" } }));
    expect(names).not.toContain("saturn.txt");
    await settings(null);
  });
});

describe("a ranker", () => {
  const scoring = (scores: Record<string, number>) => (text: string) =>
    Object.entries(scores).find(([name]) => text.startsWith(name))?.[1] ?? 0;
  const score = scoring({ "bees.txt": 0.8, "bread.txt": 0.6, "apollo.txt": 0.1 });

  it("orders what was found, by its scores, and only they are held against the threshold", async () => {
    team.upstream.setDefault((exchange) => {
      const documents = exchange.body.documents as string[];
      const results = documents.map((text, index) => ({ index, relevance_score: score(text) }));
      exchange.json(200, { results });
    });
    const body = { query: "moon bread bees", ranking_options: { ranker: "scripted/rerank-1" } };
    const ranked = await search(body);
    expect(ranked.data).toMatchObject([
      { filename: "bees.txt", score: 0.8 },
      { filename: "bread.txt", score: 0.6 },
      { filename: "apollo.txt", score: 0.1 },
    ]);
    expect(team.upstream.requests[0]).toMatchObject({ path: "/v1/rerank", body: { query: body.query } });
    const above = await search({ ...body, ranking_options: { ...body.ranking_options, score_threshold: 0.5 } });
    expect(above.names).toEqual(["bees.txt", "bread.txt"]);
    expect((await search({ ...body, max_num_results: 1 })).names).toEqual(["bees.txt"]);
    expect(await retrievalOf(ranked.traceId)).toMatchObject({ ranker: "scripted/rerank-1", results: 3 });

    await settings({ ranker: "scripted/rerank-1" });
    expect((await search({ query: body.query })).names[0]).toBe("bees.txt");
    expect((await search({ query: "moon", ranking_options: { ranker: "none" } })).names[0]).toBe("apollo.txt");
    await settings(null);
  });

  it.each([
    ["fails", 503, { message: "overloaded" }],
    ["answers with something else", 200, { hello: "world" }],
  ])("that %s leaves the order of the search, and the trace says so", async (_, status, answer) => {
    team.upstream.setDefault((exchange) => exchange.json(status, answer));
    const body = { query: "moon", ranking_options: { score_threshold: 0.9 } };
    const plain = await search(body);
    const ranked = await search({ ...body, ranking_options: { ...body.ranking_options, ranker: "scripted/rerank-1" } });
    expect(ranked.data).toEqual(plain.data);
    expect(ranked.names).toEqual(["apollo.txt"]);
    expect(await retrievalOf(ranked.traceId)).toMatchObject({ rankingFailed: "provider_error" });
  });

  it("may be a language model", async () => {
    const ranked = await search({ query: "bees dance", ranking_options: { ranker: "builtin/demo" } });
    expect(ranked.data[0]).toMatchObject({ filename: "bees.txt", score: 1 });
    expect(ranked.data.map((hit) => hit.score)).toEqual(ranked.data.map((hit) => hit.score).toSorted((a, b) => b - a));
  });

  it("that the team does not have is refused, in a search, a store and a response", async () => {
    const other = openaiClient(server, (await createTeam(server)).key);
    const own = await other.vectorStores.create({ name: "own" });
    const refusal = { status: 404, code: "model_not_found" };
    const body = { query: "x", ranking_options: { ranker: "scripted/rerank-1" } };
    await expect(other.post(`/vector_stores/${own.id}/search`, { body })).rejects.toMatchObject({
      ...refusal,
      param: "ranking_options.ranker",
    });
    await expect(
      other.post(`/vector_stores/${own.id}`, { body: { search_settings: { ranker: "scripted/rerank-1" } } }),
    ).rejects.toMatchObject({ ...refusal, param: "search_settings.ranker" });
    await expect(
      other.post("/vector_stores", { body: { search_settings: { rewrite_model: team.model } } }),
    ).rejects.toMatchObject({ ...refusal, param: "search_settings.rewrite_model" });
    await expect(
      other.post("/responses", {
        body: {
          model: "builtin/demo",
          input: "x",
          tools: [
            { type: "file_search", vector_store_ids: [own.id], ranking_options: { ranker: "scripted/rerank-1" } },
          ],
        },
      }),
    ).rejects.toMatchObject(refusal);
  });
});
