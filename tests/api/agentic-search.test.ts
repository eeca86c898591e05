import type OpenAI from "openai";
import { toFile } from "openai";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type Json, record } from "#server/protocol/json-values";
import { brokenRules, type WireEvent } from "#server/protocol/stream-rules";
import { bodyFaults, eventFaults } from "#tests/contract/faults";
import { hasReference } from "#tests/support/captures";
import { eventually } from "#tests/support/eventually";
import { createScriptedTeam, eventsOf, postResponse, type ScriptedTeam } from "#tests/support/scripted-team";
import { createTeam, openaiClient, query } from "#tests/support/server";

const server = inject("server");
const LONG = Array.from({ length: 60 }, (_, at) => `Lighthouse ${at} stands on rock number ${at * 3}.`).join(" ");
const TEXTS: Record<string, string> = {
  "apollo.txt": "Apollo 11 landed on the Moon in 1969. Neil Armstrong was the first to walk on it.",
  "bees.txt": "Honey bees dance to tell their sisters where the flowers are.",
  "lights.txt": LONG,
};
const QUESTION = "Who walked on the moon, and how do bees dance?";

let team: ScriptedTeam;
let client: OpenAI;
let storeId: string;

beforeAll(async () => {
  team = await createScriptedTeam(server);
  client = team.client;
  ({ id: storeId } = await client.vectorStores.create({ name: "texts" }));
  for (const [name, text] of Object.entries(TEXTS)) {
    const { id } = await client.files.create({ file: await toFile(Buffer.from(text), name), purpose: "assistants" });
    const file = await client.vectorStores.files.createAndPoll(storeId, {
      file_id: id,
      attributes: { kind: name === "lights.txt" ? "sea" : "land" },
      chunking_strategy: { type: "static", static: { max_chunk_size_tokens: 100, chunk_overlap_tokens: 0 } },
    });
    expect(file.status).toBe("completed");
  }
});
afterAll(() => team.close());

const toolOf = (change: Record<string, unknown> = {}) => ({
  type: "agentic_search",
  vector_store_ids: [storeId],
  ...change,
});

interface Streamed {
  events: WireEvent[];
  response: OpenAI.Responses.Response;
  traceId: string;
}

async function ask(body: Record<string, unknown>, headers: Record<string, string> = {}): Promise<Streamed> {
  const request = { model: "builtin/demo", include: ["file_search_call.results"], stream: true, ...body };
  const answer = await postResponse({ server, key: team.key }, request, { headers });
  expect(answer.status).toBe(200);
  const events = eventsOf(await answer.text()) as WireEvent[];
  const last = events.at(-1);
  expect(last?.type).toBe("response.completed");
  return {
    events,
    response: last?.response as OpenAI.Responses.Response,
    traceId: answer.headers.get("x-request-id") ?? "",
  };
}

const searchesOf = ({ output }: OpenAI.Responses.Response) =>
  output.flatMap((item) => (item.type === "file_search_call" ? item : []));

describe("agentic_search", () => {
  it("shows each query as a file_search_call and its end as a summary, and cites what it settled on", async () => {
    const { events, response, traceId } = await ask({ input: QUESTION, tools: [toolOf()] });
    expect(brokenRules(events)).toEqual([]);
    expect(response.output.map((item) => item.type)).toEqual([
      ...["file_search_call", "file_search_call", "file_search_call", "reasoning", "message"],
    ]);
    const searches = searchesOf(response);
    expect(searches.map((call) => call.queries)).toEqual([
      [QUESTION],
      ["Who walked on the moon"],
      ["how do bees dance?"],
    ]);
    for (const call of searches) {
      expect(call.status).toBe("completed");
      expect(call.results?.length).toBeGreaterThan(0);
      for (const result of call.results ?? []) expect(result.score).toBeLessThanOrEqual(1);
    }
    const reasoning = response.output.find((item) => item.type === "reasoning");
    expect(reasoning?.summary[0]?.text).toContain("Search ended (model)");
    const part = response.output.flatMap((item) => (item.type === "message" ? item.content : []))[0];
    if (part?.type !== "output_text") throw new Error("no answer");
    const cited = part.annotations.map((annotation) => ("quote" in annotation ? annotation.quote : null));
    expect(cited).toContain(TEXTS["bees.txt"]);
    // The model's calls for the search are the response's.
    expect(response.usage?.total_tokens).toBeGreaterThan(200);
    expect(response.tools).toEqual([
      expect.objectContaining({ type: "agentic_search", max_iterations: 5, max_tokens: null }),
    ]);

    const spans = await eventually(async () => {
      const rows = await query<{ id: string; parent_id: string; name: string; kind: string; content: Json | null }>(
        server,
        `SELECT s.id, s.parent_id, s.name, s.kind, p.body AS content FROM span s
         LEFT JOIN trace_payload p ON p.team_id = s.team_id AND p.id = s.id WHERE s.team_id = $1 AND s.id LIKE $2`,
        [team.teamId, `${traceId}%`],
      );
      expect(rows.length).toBeGreaterThan(8);
      return rows;
    });
    const tool = spans.find(({ kind }) => kind === "tool");
    const beneath = spans.filter((span) => span.parent_id === tool?.id).map(({ kind }) => kind);
    expect(beneath.filter((kind) => kind === "retrieval")).toHaveLength(3);
    expect(beneath.filter((kind) => kind === "model")).toHaveLength(4);
    expect(tool?.content).toMatchObject({ search: { cause: "model", iterations: 4, steps: expect.any(Array) } });
  });

  it("is prefixed as ours in the strict dialect, its searches as OpenAI's", async () => {
    const { events, response } = await ask(
      { input: "How do bees dance?", tools: [{ ...toolOf(), type: "rejoinder:agentic_search" }] },
      { "openresponses-version": "latest" },
    );
    expect(brokenRules(events)).toEqual([]);
    expect(response.tools).toEqual([expect.objectContaining({ type: "rejoinder:agentic_search" })]);
    expect(response.output.map((item) => item.type)).toEqual(["openai:file_search_call", "reasoning", "message"]);
    if (!hasReference) return;
    expect(events.flatMap((event) => eventFaults("open-responses", event))).toEqual([]);
    expect(bodyFaults("open-responses", record(events.at(-1)?.response))).toEqual([]);
  });

  it("keeps to its filter, its bounds and the model's own", async () => {
    const filters = { type: "eq", key: "kind", value: "sea" };
    const found = await ask({
      input: "How do bees dance on lighthouse 7 of the moon?",
      tools: [toolOf({ filters, max_iterations: 1 })],
    });
    const results = searchesOf(found.response).flatMap((call) => call.results ?? []);
    expect(new Set(results.map((result) => result.filename))).toEqual(new Set(["lights.txt"]));
    const named = await ask({ input: "What does bees.txt say of the bees on the Moon?", tools: [toolOf()] });
    const [first, second] = searchesOf(named.response);
    expect(new Set(first?.results?.map((result) => result.filename)).size).toBeGreaterThan(1);
    expect(second?.results?.map((result) => result.filename)).toEqual(["bees.txt"]);
    const bound = await ask({ input: QUESTION, tools: [toolOf({ max_iterations: 1 })] });
    const reasoning = bound.response.output.find((item) => item.type === "reasoning");
    expect(reasoning?.summary[0]?.text).toContain("max_iterations");
  });

  it("says that nothing was found", async () => {
    const empty = await client.vectorStores.create({ name: "empty" });
    const { response } = await ask({ input: "Anything?", tools: [toolOf({ vector_store_ids: [empty.id] })] });
    expect(searchesOf(response)[0]?.results).toEqual([]);
    expect(JSON.stringify(response.output.at(-1))).toContain("found nothing in the documents");
  });

  it("refuses another team's store as an unknown one", async () => {
    const other = openaiClient(server, (await createTeam(server)).key);
    const foreign = await other.vectorStores.create({ name: "theirs" });
    for (const id of ["vs_unknown", foreign.id]) {
      const body = { model: "builtin/demo", input: "hi", tools: [toolOf({ vector_store_ids: [id] })] };
      expect((await postResponse({ server, key: team.key }, body)).status).toBe(404);
    }
  });
});
