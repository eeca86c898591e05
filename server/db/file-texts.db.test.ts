import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pool } from "#server/db/client";
import { discardTextParts, findFileText, saveFileText } from "#server/db/file-texts";
import { deleteFile, insertFile } from "#server/db/files";
import { newId } from "#server/ids";
import { createTeam, openTestDatabase, type TestDatabase } from "#tests/support/database";

let database: TestDatabase;
let teamId: string;

beforeAll(async () => {
  database = await openTestDatabase();
  ({ teamId } = await createTeam());
});
afterAll(() => database.close());

async function addFile(): Promise<{ teamId: string; fileId: string }> {
  const id = newId("file");
  const file = {
    filename: "a.txt",
    purpose: "assistants",
    mediaType: "text/plain",
    createdAt: new Date(),
    expiresAt: null,
  };
  await insertFile(teamId, { id, ...file, bytes: 1, sha256: "" });
  return { teamId, fileId: id };
}

function read(text: string, parserVersion = 1) {
  const pages = [{ page: 1, start: 0, end: text.length }];
  return { parserVersion, kind: "text", text, pages, headings: [{ level: 1, title: "First", start: 0 }] };
}

async function partsOf({ fileId }: { fileId: string }): Promise<number> {
  const { rows } = await pool().query<{ parts: number; most: number }>(
    "SELECT count(*)::int AS parts FROM file_text_part WHERE team_id = $1 AND file_id = $2",
    [teamId, fileId],
  );
  return rows[0]?.parts ?? 0;
}

/** Longer than three rows hold, with a character of two units across the ends of the first two. */
const LONG = `${"a".repeat((1 << 18) - 1)}${"😀".repeat(1 << 18)}end`;

describe("a file's kept text", () => {
  it("is the same when it is read again, however many rows it takes", async () => {
    for (const [text, parts] of [
      ["", 0],
      ["short", 0],
      ["b".repeat(1 << 18), 0],
      [LONG, 3],
    ] as const) {
      const scope = await addFile();
      expect(await saveFileText(scope, read(text))).toBe(true);
      expect(await findFileText(scope)).toEqual(read(text));
      expect(await partsOf(scope)).toBe(parts);
      expect(await findFileText({ ...scope, teamId: newId("team") })).toBeNull();
    }
  });

  it("is replaced as a whole, and what no text has any more is swept once it is old", async () => {
    const scope = await addFile();
    await saveFileText(scope, read(LONG));
    await saveFileText(scope, read(`${LONG}!`, 2));
    expect(await findFileText(scope)).toEqual(read(`${LONG}!`, 2));
    await discardTextParts(new Date(Date.now() - 60_000), 100);
    expect(await partsOf(scope)).toBe(6);
    expect(await discardTextParts(new Date(Date.now() + 60_000), 2)).toBe(2);
    await discardTextParts(new Date(Date.now() + 60_000), 100);
    expect(await partsOf(scope)).toBe(3);
    expect(await findFileText(scope)).toEqual(read(`${LONG}!`, 2));
  });

  it("goes with its file, and is not kept for one that is gone", async () => {
    const scope = await addFile();
    await saveFileText(scope, read(LONG));
    await deleteFile(scope);
    expect(await partsOf(scope)).toBe(0);
    expect(await saveFileText(scope, read(LONG))).toBe(false);
    expect(await findFileText(scope)).toBeNull();
  });
});
