import { pool } from "#server/db/client";
import type { FileScope } from "#server/db/files";
import { mapped } from "#server/db/mapped";

/** A file's text as its parser left it. Spans and places are UTF-16 units. */
export interface FileTextRow {
  parserVersion: number;
  kind: string;
  text: string;
  pages: { page: number; start: number; end: number }[];
  headings: { level: number; title: string; start: number }[];
}

/**
 * The kept text of a file, or null when it has not been read.
 * @throws AppError database_unavailable
 */
export async function findFileText(scope: FileScope): Promise<FileTextRow | null> {
  const { rows } = await mapped(() =>
    pool().query<FileTextRow>(
      `SELECT parser_version AS "parserVersion", kind, text, pages, headings
       FROM file_text WHERE team_id = $1 AND file_id = $2`,
      [scope.teamId, scope.fileId],
    ),
  );
  return rows[0] ?? null;
}

/**
 * Keeps a file's text, in place of one by an older parser. False when the file is gone.
 * @throws AppError database_unavailable
 */
export async function saveFileText(scope: FileScope, row: FileTextRow): Promise<boolean> {
  const { rowCount } = await mapped(() =>
    pool().query(
      `INSERT INTO file_text (team_id, file_id, parser_version, kind, text, pages, headings)
       SELECT f.team_id, f.id, $3, $4, $5, $6, $7 FROM file f WHERE f.team_id = $1 AND f.id = $2 FOR KEY SHARE
       ON CONFLICT (team_id, file_id) DO UPDATE SET parser_version = excluded.parser_version, kind = excluded.kind,
         text = excluded.text, pages = excluded.pages, headings = excluded.headings`,
      [
        scope.teamId,
        scope.fileId,
        row.parserVersion,
        row.kind,
        row.text,
        JSON.stringify(row.pages),
        JSON.stringify(row.headings),
      ],
    ),
  );
  return rowCount === 1;
}
