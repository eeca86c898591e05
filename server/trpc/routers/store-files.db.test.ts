import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { pool, prisma } from "#server/db/client";
import { newId } from "#server/ids";
import { startQueue, stopQueue } from "#server/jobs/queue";
import { PARSER_VERSION } from "#server/retrieval/parse/document";
import { stopReadWorkers } from "#server/retrieval/parse/worker-pool";
import { systemContext } from "#server/services/setup/system-context";
import { findDuplicates } from "#server/services/vector-stores/find-duplicates";
import { createTeam, openTestDatabase, type TestDatabase } from "#tests/support/database";
import { createMember, type Person } from "#tests/support/people";

let database: TestDatabase;
let teamId: string;
let person: Person;
let storeId: string;

beforeAll(async () => {
  database = await openTestDatabase();
  await startQueue();
  ({ teamId } = await createTeam());
  person = await createMember({ teamId, role: "editor" });
});
afterAll(async () => {
  await stopReadWorkers();
  await stopQueue();
  await database.close();
});
beforeEach(async () => {
  storeId = (await person.call.vectorStores.create({ name: "Papers" })).id;
});

interface Wanted {
  filename: string;
  bytes?: number;
  sha256?: string;
  status?: "completed" | "failed";
  /** Minutes after the first. */
  at?: number;
  attributes?: Record<string, string | number>;
  attached?: boolean;
}

async function addFile(wanted: Wanted): Promise<string> {
  const fileId = newId("file");
  const createdAt = new Date(Date.UTC(2026, 0, 1, 0, wanted.at ?? 0));
  await prisma().file.create({
    data: {
      ...{ teamId, id: fileId, filename: wanted.filename, purpose: "assistants", bytes: BigInt(wanted.bytes ?? 1) },
      ...{ sha256: wanted.sha256 ?? fileId, mediaType: "text/plain", createdAt },
    },
  });
  if (wanted.attached === false) return fileId;
  await prisma().vectorStoreFile.create({
    data: {
      ...{ teamId, vectorStoreId: storeId, fileId, status: wanted.status ?? "completed", step: "done", createdAt },
      ...{ attributes: wanted.attributes ?? {}, ingestId: "first" },
      chunkingStrategy: { maxChunkSizeTokens: 800, chunkOverlapTokens: 200 },
    },
  });
  return fileId;
}

const duplicates = (input: { vectorStoreId: string; fileIds: string[] }) =>
  findDuplicates({ ctx: systemContext(teamId), input });

type BrowseInput = Omit<Parameters<Person["call"]["storeFiles"]["browse"]>[0], "vectorStoreId">;

/** Names in the order of the pages, read one page after the other. */
async function namesOf(input: BrowseInput): Promise<string[]> {
  const names: string[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await person.call.storeFiles.browse({ vectorStoreId: storeId, limit: 2, cursor, ...input });
    names.push(...page.rows.map((row) => row.filename));
    cursor = page.nextCursor;
  }
  return names;
}

test("files are found by name and status and sorted by what is asked, over pages", async () => {
  await addFile({ filename: "b/Guide.md", bytes: 30, at: 1 });
  await addFile({ filename: "a/guide 100%_done.md", bytes: 10, at: 2, status: "failed" });
  await addFile({ filename: "c.pdf", bytes: 20, at: 3 });
  await addFile({ filename: "d.pdf", bytes: 20, at: 4 });
  await addFile({ filename: "e.pdf", bytes: 20, at: 5 });
  expect(await namesOf({})).toEqual(["e.pdf", "d.pdf", "c.pdf", "a/guide 100%_done.md", "b/Guide.md"]);
  expect(await namesOf({ sort: "name", order: "asc" })).toEqual([
    ...["a/guide 100%_done.md", "b/Guide.md", "c.pdf", "d.pdf", "e.pdf"],
  ]);
  // Of equal sizes, each comes once.
  const bySize = await namesOf({ sort: "size", order: "desc" });
  expect(bySize.toSorted()).toEqual((await namesOf({})).toSorted());
  expect([bySize[0], bySize[4]]).toEqual(["b/Guide.md", "a/guide 100%_done.md"]);
  expect(await namesOf({ name: "GUIDE" })).toEqual(["a/guide 100%_done.md", "b/Guide.md"]);
  expect(await namesOf({ name: "%_" })).toEqual(["a/guide 100%_done.md"]);
  expect(await namesOf({ status: "failed" })).toEqual(["a/guide 100%_done.md"]);
  const ids = await person.call.storeFiles.ids({ vectorStoreId: storeId, name: "pdf" });
  expect(ids).toHaveLength(3);
});

test("many files are detached, and others stay", async () => {
  const [one, two] = [await addFile({ filename: "one.md" }), await addFile({ filename: "two.md" })];
  await addFile({ filename: "three.md" });
  const outside = await addFile({ filename: "outside.md", attached: false });
  const answer = await person.call.storeFiles.detach({ vectorStoreId: storeId, fileIds: [one, two, outside] });
  expect(answer).toEqual({ detached: 2 });
  expect(await namesOf({})).toEqual(["three.md"]);
  expect(await prisma().file.count({ where: { teamId, id: { in: [one, two, outside] } } })).toBe(3);
});

test("files are read anew as they were cut before, or otherwise, with the attributes they have", async () => {
  const fileId = await addFile({ filename: "one.md", attributes: { year: 2020 }, status: "failed" });
  const row = async () => {
    const { rows } = await pool().query(
      "SELECT status, step, attributes, chunking_strategy, ingest_id <> 'first' AS anew FROM vector_store_file WHERE file_id = $1",
      [fileId],
    );
    return rows[0];
  };
  expect(await person.call.storeFiles.reindex({ vectorStoreId: storeId, fileIds: [fileId] })).toEqual({ started: 1 });
  expect(await row()).toEqual({
    ...{ status: "in_progress", step: "queued", attributes: { year: 2020 }, anew: true },
    chunking_strategy: { maxChunkSizeTokens: 800, chunkOverlapTokens: 200 },
  });
  const chunkingStrategy = {
    type: "static" as const,
    static: { max_chunk_size_tokens: 300, chunk_overlap_tokens: 20 },
  };
  await person.call.storeFiles.reindex({ vectorStoreId: storeId, fileIds: [fileId], chunkingStrategy });
  expect(await row()).toMatchObject({
    attributes: { year: 2020 },
    chunking_strategy: { maxChunkSizeTokens: 300, chunkOverlapTokens: 20 },
  });
});

test("some attributes are changed and others stay; too many are refused for all files", async () => {
  const one = await addFile({ filename: "one.md", attributes: { year: 2020, author: "Ada", kind: "note" } });
  const many = Object.fromEntries(Array.from({ length: 16 }, (_, at) => [`name${at}`, at]));
  const full = await addFile({ filename: "full.md", attributes: many });
  const change = { vectorStoreId: storeId, set: { year: 2021, public: true }, remove: ["author"] };
  expect(await person.call.storeFiles.changeAttributes({ ...change, fileIds: [one] })).toEqual({ changed: 1 });
  const attributes = async () =>
    (await person.call.storeFiles.browse({ vectorStoreId: storeId, name: "one" })).rows[0]?.attributes;
  expect(await attributes()).toEqual({ year: 2021, public: true, kind: "note" });
  const both = person.call.storeFiles.changeAttributes({ ...change, set: { pages: 7 }, fileIds: [one, full] });
  await expect(both).rejects.toThrow(/at most 16/);
  expect(await attributes()).toEqual({ year: 2021, public: true, kind: "note" });
});

test("the same content is recognised in this store, whatever its name, and nowhere else", async () => {
  const sha256 = newId("file");
  const present = await addFile({ filename: "report.pdf", sha256 });
  const again = await addFile({ filename: "report (1).pdf", sha256, attached: false });
  const other = await addFile({ filename: "other.pdf", attached: false });
  const input = { vectorStoreId: storeId, fileIds: [again, other, present] };
  expect(await duplicates(input)).toEqual([{ fileId: again, presentId: present, presentName: "report.pdf" }]);
  const elsewhere = await person.call.vectorStores.create({ name: "Elsewhere" });
  expect(await duplicates({ ...input, vectorStoreId: elsewhere.id })).toEqual([]);
});

test("another team's file is no cursor and no duplicate, whatever its content", async () => {
  const sha256 = newId("file");
  await addFile({ filename: "report.pdf", sha256 });
  const { teamId: otherTeam } = await createTeam();
  const theirs = await prisma().file.create({
    data: {
      ...{ teamId: otherTeam, id: newId("file"), filename: "theirs.pdf", purpose: "assistants", bytes: 1n, sha256 },
      ...{ mediaType: "text/plain", createdAt: new Date(0) },
    },
  });
  const input = { vectorStoreId: storeId, fileIds: [theirs.id] };
  expect(await duplicates(input)).toEqual([]);
  const page = await person.call.storeFiles.browse({ vectorStoreId: storeId, cursor: theirs.id });
  expect(page).toEqual({ rows: [], nextCursor: null });
});

test("a file in no store yet is cut for a look, page by page of the answer, and nothing is indexed", async () => {
  const fileId = await addFile({ filename: "ships.md", attached: false });
  const text = Array.from({ length: 900 }, (_, at) => `Ship ${at} came into the harbour with ${at * 7} crates.`).join(
    "\n\n",
  );
  await prisma().fileText.create({
    data: { teamId, fileId, parserVersion: PARSER_VERSION, kind: "markdown", text, pages: [], headings: [] },
  });
  const chunkingStrategy = {
    type: "static" as const,
    static: { max_chunk_size_tokens: 100, chunk_overlap_tokens: 20 },
  };
  const first = await person.call.storeFiles.previewCut({ fileId, chunkingStrategy });
  expect(first).toMatchObject({ sizes: { maxChunkSizeTokens: 100, chunkOverlapTokens: 20 }, next: 50 });
  expect(first.largest).toBeLessThanOrEqual(100);
  expect([first.smallest, first.median, first.largest]).toEqual(
    [first.smallest, first.median, first.largest].toSorted((a, b) => a - b),
  );
  const ordinals: number[] = [];
  for (let cursor: number | null = 0; cursor !== null; ) {
    const page = await person.call.storeFiles.previewCut({ fileId, chunkingStrategy, cursor });
    ordinals.push(...page.passages.map((passage) => passage.ordinal));
    cursor = page.next;
  }
  expect(ordinals).toEqual(Array.from({ length: first.count }, (_, at) => at));
  const automatic = await person.call.storeFiles.previewCut({ fileId });
  expect(automatic.sizes).toEqual({ maxChunkSizeTokens: 400, chunkOverlapTokens: 0 });
  expect(automatic.count).toBeLessThan(first.count);
  expect(await prisma().chunk.count({ where: { teamId, fileId } })).toBe(0);
  expect(await prisma().vectorStoreFile.count({ where: { teamId, fileId } })).toBe(0);
});

test("a file that cannot be read says why where its cut is asked for", async () => {
  const fileId = await addFile({ filename: "lost.pdf", attached: false });
  await expect(person.call.storeFiles.previewCut({ fileId })).rejects.toThrow("The file's content is lost.");
  await expect(person.call.storeFiles.previewCut({ fileId: "file-unknown" })).rejects.toThrow(/file-unknown/);
});
