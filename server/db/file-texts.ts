import { pool } from "#server/db/client";
import type { FileScope } from "#server/db/files";
import { mapped } from "#server/db/mapped";
import { hexFloorOf, timeOrderedHex } from "#server/ids";

/** A file's text as its parser left it. Spans and places are UTF-16 units. */
export interface FileTextRow {
  parserVersion: number;
  kind: string;
  text: string;
  pages: { page: number; start: number; end: number }[];
  headings: { level: number; title: string; start: number }[];
}

/**
 * UTF-16 units in a row. Postgres has some four copies of a row in memory while it writes it, which the embedded database
 * keeps for ever, and answers nobody meanwhile.
 */
const PIECE_UNITS = 1 << 18;

/**
 * The kept text of a file, or null when it has not been read.
 * @throws AppError database_unavailable
 */
export async function findFileText(scope: FileScope): Promise<FileTextRow | null> {
  const { rows } = await mapped(() => pool().query<FileTextRow & { seq: number }>(FIND, [scope.teamId, scope.fileId]));
  rows.sort((a, b) => a.seq - b.seq);
  const [first] = rows;
  if (first === undefined) return null;
  const { parserVersion, kind, pages, headings } = first;
  return { parserVersion, kind, pages, headings, text: rows.map((row) => row.text).join("") };
}

/** One statement, so that no other text takes the place of the rest meanwhile. */
const FIND = `
SELECT 0 AS seq, parser_version AS "parserVersion", kind, text, pages, headings
FROM file_text WHERE team_id = $1 AND file_id = $2
UNION ALL
SELECT p.seq, NULL, NULL, p.text, NULL, NULL
FROM file_text t JOIN file_text_part p USING (team_id, file_id, rest_id) WHERE t.team_id = $1 AND t.file_id = $2`;

/**
 * Keeps a file's text, in place of one by an older parser. False when the file is gone. What of a long text does not go into
 * its row is written before it, and is nobody's until then, as is the rest of the text before.
 * @throws AppError database_unavailable
 */
export async function saveFileText(scope: FileScope, row: FileTextRow): Promise<boolean> {
  const { teamId, fileId } = scope;
  const [first = "", ...rest] = piecesOf(row.text);
  const restId = rest.length === 0 ? null : timeOrderedHex();
  for (const [index, text] of rest.entries()) {
    if (!(await isWritten(ADD_PART, [teamId, fileId, restId, index + 1, text]))) return false;
  }
  const { parserVersion, kind, pages, headings } = row;
  const places = [JSON.stringify(pages), JSON.stringify(headings)];
  return isWritten(SAVE, [teamId, fileId, parserVersion, kind, first, ...places, restId]);
}

async function isWritten(sql: string, values: unknown[]): Promise<boolean> {
  const { rowCount } = await mapped(() => pool().query(sql, values));
  return rowCount === 1;
}

const ADD_PART = `
INSERT INTO file_text_part (team_id, file_id, rest_id, seq, text)
SELECT f.team_id, f.id, $3, $4, $5 FROM file f WHERE f.team_id = $1 AND f.id = $2 FOR KEY SHARE`;

const SAVE = `
INSERT INTO file_text (team_id, file_id, parser_version, kind, text, pages, headings, rest_id)
SELECT f.team_id, f.id, $3, $4, $5, $6, $7, $8 FROM file f WHERE f.team_id = $1 AND f.id = $2 FOR KEY SHARE
ON CONFLICT (team_id, file_id) DO UPDATE SET parser_version = excluded.parser_version, kind = excluded.kind,
  text = excluded.text, pages = excluded.pages, headings = excluded.headings, rest_id = excluded.rest_id`;

/**
 * Removes parts of texts, of any team, that no text has: begun to be written before `before` and never ended, or replaced.
 * At most `limit`; answers how many.
 * @throws AppError database_unavailable
 */
export async function discardTextParts(before: Date, limit: number): Promise<number> {
  const { rowCount } = await mapped(() => pool().query(DISCARD, [hexFloorOf(before.getTime()), limit]));
  return rowCount ?? 0;
}

const DISCARD = `
DELETE FROM file_text_part p
USING (SELECT o.team_id, o.file_id, o.rest_id, o.seq FROM file_text_part o
       WHERE o.rest_id < $1 AND NOT EXISTS (
         SELECT FROM file_text t WHERE t.team_id = o.team_id AND t.file_id = o.file_id AND t.rest_id = o.rest_id)
       LIMIT $2) o
WHERE p.team_id = o.team_id AND p.file_id = o.file_id AND p.rest_id = o.rest_id AND p.seq = o.seq`;

/** The text in pieces of which none ends inside a character. */
function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  for (let start = 0; start < text.length; ) {
    const end = start + PIECE_UNITS;
    const last = text.charCodeAt(end - 1);
    pieces.push(text.slice(start, last >= 0xd800 && last <= 0xdbff ? end - 1 : end));
    start += pieces.at(-1)?.length ?? 0;
  }
  return pieces;
}
