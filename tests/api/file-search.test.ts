import { existsSync, readFileSync } from "node:fs";
import type OpenAI from "openai";
import { toFile } from "openai";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { eventually } from "#tests/support/eventually";
import { makePdf } from "#tests/support/pdf";
import { createTeam, openaiClient, query, type TestTeam } from "#tests/support/server";

const server = inject("server");
const BITCOIN = "../shared/documents/bitcoin.pdf";

let team: TestTeam;
let client: OpenAI;

beforeAll(async () => {
  team = await createTeam(server);
  client = openaiClient(server, team.key);
});

async function storeOf(name: string, bytes: Uint8Array): Promise<{ storeId: string; fileId: string }> {
  const store = await client.vectorStores.create({ name });
  const file = await client.vectorStores.files.uploadAndPoll(store.id, await toFile(Buffer.from(bytes), name));
  expect(file).toMatchObject({ status: "completed", last_error: null });
  return { storeId: store.id, fileId: file.id };
}

interface Answer {
  text: string;
  citations: OpenAI.Responses.ResponseOutputText.FileCitation[];
  call: OpenAI.Responses.ResponseFileSearchToolCall;
  /** Each citation with the text that had been streamed when it came. */
  streamed: { index: number; before: string }[];
}

/** Asks with file_search, streaming, and checks what holds for every such stream. */
async function ask(storeId: string, question: string): Promise<Answer> {
  const stream = client.responses.stream({
    model: "builtin/demo",
    input: question,
    tools: [{ type: "file_search", vector_store_ids: [storeId] }],
    include: ["file_search_call.results"],
  });
  let before = "";
  const streamed: Answer["streamed"] = [];
  const types: string[] = [];
  for await (const event of stream) {
    types.push(event.type);
    if (event.type === "response.output_text.delta") before += event.delta;
    if (event.type === "response.output_text.annotation.added") {
      const annotation = event.annotation as OpenAI.Responses.ResponseOutputText.FileCitation;
      streamed.push({ index: annotation.index, before });
    }
  }
  const response = await stream.finalResponse();
  expect(response.status).toBe("completed");
  const searching = types.filter((type) => type.startsWith("response.file_search_call."));
  expect(searching).toEqual(
    ["in_progress", "searching", "completed"].map((step) => `response.file_search_call.${step}`),
  );
  const call = response.output.find((item) => item.type === "file_search_call");
  const message = response.output.find((item) => item.type === "message");
  const part = message?.content[0];
  if (call?.type !== "file_search_call" || part?.type !== "output_text") throw new Error("no search or no answer");
  expect(part.text).toBe(before);
  expect(part.text).not.toMatch(/【\d+】/);
  const citations = part.annotations.filter((annotation) => annotation.type === "file_citation");
  expect(streamed.map(({ index }) => index)).toEqual(citations.map(({ index }) => index));
  return { text: part.text, citations, call, streamed };
}

const plain = (text: string) => text.replace(/\s+/g, " ");

/** The sentence that a citation stands behind, without its quotation marks. */
function quotedBefore(answer: Answer, index: number): string {
  const before = answer.text.slice(0, index);
  const quotes = [...before.matchAll(/[“"]([^”"]+)[”"]/g)];
  return plain(quotes.at(-1)?.[1] ?? "");
}

/** Page of the file on which a sentence stands, from the text that was read page by page. */
async function pagesHolding(storeId: string, fileId: string, sentence: string): Promise<number[]> {
  const content = await client.vectorStores.files.content(fileId, { vector_store_id: storeId });
  return content.data.flatMap((part, index) => (plain(part.text ?? "").includes(sentence) ? [index + 1] : []));
}

/** Pages of the chunks that hold a sentence. */
async function citedPages(fileId: string, sentence: string): Promise<number[]> {
  const rows = await query<{ page: number; text: string }>(server, "SELECT page, text FROM chunk WHERE file_id = $1", [
    fileId,
  ]);
  return rows.filter((row) => plain(row.text).includes(sentence)).map((row) => row.page);
}

async function expectGroundedAnswer(doc: { storeId: string; fileId: string; filename: string }, question: string) {
  const answer = await ask(doc.storeId, question);
  expect(answer.citations.length).toBeGreaterThan(0);
  expect(answer.call.queries.length).toBeGreaterThan(0);
  for (const citation of answer.citations) {
    expect(citation).toMatchObject({ file_id: doc.fileId, filename: doc.filename });
    expect(citation.index).toBeLessThanOrEqual(answer.text.length);
    const sentence = quotedBefore(answer, citation.index);
    expect(sentence.length).toBeGreaterThan(20);
    const pages = await citedPages(doc.fileId, sentence);
    expect(pages.length).toBeGreaterThan(0);
    expect(await pagesHolding(doc.storeId, doc.fileId, sentence)).toEqual(expect.arrayContaining(pages));
  }
  // A citation comes when the text up to it has been sent.
  for (const { index, before } of answer.streamed) expect(before.length).toBeGreaterThanOrEqual(index);
  return answer;
}

describe("file_search", () => {
  it("answers from a multi-page PDF, citing the sentence that stands on the page", async () => {
    const bytes = await makePdf([
      {
        heading: "Harbour rules",
        paragraphs: ["Ships longer than ninety metres must take a pilot on board before the outer buoy."],
      },
      {
        heading: "Lighthouse",
        paragraphs: ["The lighthouse keeper trims the lamp every four hours during the winter storms."],
      },
      {
        heading: "Customs",
        paragraphs: ["Every crate of saffron is weighed twice by the customs officer on the eastern quay."],
      },
    ]);
    const doc = { ...(await storeOf("harbour.pdf", bytes)), filename: "harbour.pdf" };
    const answer = await expectGroundedAnswer(doc, "How often does the lighthouse keeper trim the lamp?");
    expect(plain(answer.text)).toContain("trims the lamp every four hours");
    expect(await citedPages(doc.fileId, "trims the lamp every four hours during the winter storms.")).toEqual([2]);
    const [hit] = answer.call.results ?? [];
    expect(hit).toEqual({
      file_id: doc.fileId,
      filename: "harbour.pdf",
      score: expect.any(Number),
      text: expect.stringContaining("lighthouse keeper"),
      attributes: {},
      vector_store_id: doc.storeId,
      chunk_id: expect.stringMatching(/^\d+$/),
      page: 2,
      char_start: expect.any(Number),
      char_end: expect.any(Number),
    });
    expect(answer.citations[0]).toMatchObject({
      page: 2,
      quote: expect.stringContaining("trims the lamp every four hours"),
    });

    await client.files.delete(doc.fileId);
    const again = await ask(doc.storeId, "How often does the lighthouse keeper trim the lamp?");
    expect(again.citations).toEqual([]);
    expect(again.call.results).toEqual([]);
  });

  it.skipIf(!existsSync(BITCOIN))("answers from bitcoin.pdf", async () => {
    const doc = { ...(await storeOf("bitcoin.pdf", readFileSync(BITCOIN))), filename: "bitcoin.pdf" };
    const answer = await expectGroundedAnswer(doc, "What is the incentive for nodes to stay honest?");
    expect(plain(answer.text)).toMatch(/incentive/i);
    await expectGroundedAnswer(doc, "How does proof-of-work solve majority decision making?");
    await client.files.delete(doc.fileId);
    expect((await ask(doc.storeId, "What is the incentive for nodes to stay honest?")).citations).toEqual([]);
  });

  it("records the retrieval under its tool call, with query, passages and scores", async () => {
    const doc = await storeOf("hint.txt", Buffer.from("The password hint is a colour."));
    const { response } = await client.responses
      .create({
        model: "builtin/demo",
        input: "What is the password hint?",
        tools: [{ type: "file_search", vector_store_ids: [doc.storeId] }],
      })
      .withResponse();
    const spans = await eventually(async () => {
      const rows = await query<{ id: string; parent_id: string; kind: string; content: Record<string, unknown> }>(
        server,
        `SELECT s.id, s.parent_id, s.kind, p.body AS content FROM span s
         LEFT JOIN trace_payload p ON p.team_id = s.team_id AND p.id = s.id WHERE s.team_id = $1 AND s.id LIKE $2`,
        [team.teamId, `${response.headers.get("x-request-id")}%`],
      );
      expect(rows.length).toBeGreaterThan(0);
      return rows;
    });
    const retrieval = spans.find(({ kind }) => kind === "retrieval");
    expect(spans.find(({ id }) => id === retrieval?.parent_id)).toMatchObject({ kind: "tool" });
    expect(retrieval?.content).toMatchObject({
      queries: [expect.stringContaining("password hint")],
      results: [{ file_id: doc.fileId, score: expect.any(Number), text: "The password hint is a colour." }],
    });
  });

  it("hides the results unless they are asked for", async () => {
    const doc = await storeOf("note.txt", Buffer.from("The password hint is a colour."));
    const response = await client.responses.create({
      model: "builtin/demo",
      input: "What is the password hint?",
      tools: [{ type: "file_search", vector_store_ids: [doc.storeId] }],
    });
    expect(response.output[0]).toMatchObject({ type: "file_search_call", status: "completed", results: null });
  });

  it("refuses a store that is unknown or another team's before anything runs", async () => {
    const other = openaiClient(server, (await createTeam(server)).key);
    const foreign = await other.vectorStores.create({ name: "theirs" });
    for (const id of ["vs_unknown", foreign.id]) {
      await expect(
        client.responses.create({
          model: "builtin/demo",
          input: "hi",
          tools: [{ type: "file_search", vector_store_ids: [id] }],
        }),
      ).rejects.toMatchObject({ status: 404 });
    }
  });
});
