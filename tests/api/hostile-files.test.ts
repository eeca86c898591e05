import { toFile } from "openai";
import { expect, inject, it } from "vitest";
import { HOSTILE_FILES } from "#tests/support/hostile-files";
import { createTeam, openaiClient } from "#tests/support/server";

const server = inject("server");

/** Those that occupy a worker or its memory longest, one a format; `hostile-files.test.ts` of the parsers has all. */
const NAMES = [
  "docx: 1.5 million paragraphs",
  "docx: external entity",
  "xlsx: two far cells",
  "odt: billion laughs",
  "html: a million levels",
  "rtf: a million groups",
  "eml: a bomb attached",
  "doc: sectors in a circle",
  "pdf: instructions of 600 MB",
  "pdf: pages in a circle",
  "zip: a name out of the archive",
];

it("answers while hostile files are read, each of which comes to an end with a reason", async () => {
  const client = openaiClient(server, (await createTeam(server)).key);
  const files = HOSTILE_FILES.filter(({ name }) => NAMES.includes(name));
  expect(files).toHaveLength(NAMES.length);
  const { id: storeId } = await client.vectorStores.create({ name: "hostile" });
  const ids = new Map<string, string>();
  for (const { name, filename, make } of files) {
    const file = await toFile(Buffer.from(make()), filename);
    const { id } = await client.files.create({ file, purpose: "assistants" });
    await client.vectorStores.files.create(storeId, { file_id: id });
    ids.set(id, name);
  }
  const health: number[] = [];
  const isReading = async () => (await client.vectorStores.retrieve(storeId)).file_counts.in_progress > 0;
  for (let reading = true; reading; reading = await isReading()) {
    health.push((await fetch(`${server.url}/healthz`)).status);
  }
  expect(new Set(health)).toEqual(new Set([200]));
  const ended = await client.vectorStores.files.list(storeId, { limit: 100 });
  for (const { id, status, last_error: error } of ended.data) {
    const { ends } = files.find(({ name }) => name === ids.get(id)) ?? {};
    if (ends === "read") expect([ids.get(id), status, error]).toEqual([ids.get(id), "completed", null]);
    else {
      expect([ids.get(id), status]).toEqual([ids.get(id), "failed"]);
      expect(error?.message).toMatch(
        /^The (file|page|PDF|workbook|Word document|Rich Text file)\b.*\.$|^Reading the file/,
      );
    }
  }
  expect(ended.data).toHaveLength(NAMES.length);
});
