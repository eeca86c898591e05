import type { Pool } from "pg";
import { newId, newTraceId } from "#server/ids";

export interface SeededFile {
  teamId: string;
  fileId: string;
  /** Of an upload that is not complete. */
  partId: string;
  bytes: number;
  sha256: string;
}

/** Rows of every type that is hard to copy: arrays, json, bytes, times, vectors, lexemes, a sequence, a partition. */
export async function seedEverything(pool: Pool, { teamId, fileId, partId, bytes, sha256 }: SeededFile): Promise<void> {
  const store = newId("vectorStore");
  const trace = newTraceId();
  await pool.query(
    `INSERT INTO file (team_id, id, filename, purpose, bytes, sha256, media_type, created_at)
     VALUES ($1, $2, 'ü «x».pdf', 'assistants', $3, $4, 'application/pdf', '2026-01-02 03:04:05.678Z')`,
    [teamId, fileId, bytes, sha256],
  );
  await pool.query(
    `INSERT INTO upload (team_id, id, filename, purpose, bytes, media_type, status, created_at, expires_at)
     VALUES ($1, 'upload_1', 'b.pdf', 'assistants', 8589934592, 'application/pdf', 'pending', now(), now() + interval '1 hour')`,
    [teamId],
  );
  await pool.query(
    `INSERT INTO upload_part (team_id, id, upload_id, bytes, sha256, created_at) VALUES ($1, $2, 'upload_1', $3, $4, now())`,
    [teamId, partId, bytes, sha256],
  );
  await pool.query(
    "INSERT INTO file_text (team_id, file_id, parser_version, kind, text) VALUES ($1, $2, 1, 'pdf', repeat(E'line\\\\ \\n', 100000))",
    [teamId, fileId],
  );
  await pool.query(
    `INSERT INTO vector_store (team_id, id, name, embedding_model, created_at, last_active_at) VALUES ($1, $2, 's', 'builtin/hash-1024', now(), now())`,
    [teamId, store],
  );
  await pool.query(
    `INSERT INTO vector_store_file (team_id, vector_store_id, file_id, status, step, chunking_strategy, ingest_id, created_at)
     VALUES ($1, $2, $3, 'completed', 'done', '{"type":"static"}', 'ingest_1', now())`,
    [teamId, store, fileId],
  );
  await pool.query(
    `INSERT INTO chunk (team_id, vector_store_id, file_id, ordinal, char_start, char_end, heading_path, text, token_count, lexeme_count, tsv)
     SELECT $1, $2, $3, n, n, n + 1, '', 'Some words ' || n, 3, 2, to_tsvector('english', 'Some words ''quoted'' ' || n) FROM generate_series(1, 700) n`,
    [teamId, store, fileId],
  );
  await pool.query(
    `INSERT INTO vector_store_build (team_id, vector_store_id, build_id, status, generation, embedding_model, dimensions,
       embedding_options, created_at, updated_at)
     VALUES ($1, $2, 'build_1', 'failed', 2, 'builtin/hash-1024', 256, '{"reduce_to": 256}', now(), now())`,
    [teamId, store],
  );
  await pool.query(
    `INSERT INTO chunk_embedding (team_id, vector_store_id, chunk_id, generation, embedding)
     SELECT team_id, vector_store_id, id, 1, ('[' || array_to_string(array(SELECT round((sin(id * n))::numeric, 5) FROM generate_series(1, 64) n), ',') || ']')::halfvec FROM chunk`,
  );
  await pool.query(
    `INSERT INTO response (team_id, id, status, model, body, history_item_ids, input_item_ids, output_item_ids, created_at)
     VALUES ($1, $2, 'completed', 'builtin/demo', '{"text": "a\\u0000b \\"q\\" \\\\n",  "spaced":   1.50}', '{}', '{a,"b,c"}', '{NULL}', now())`,
    [teamId, newId("response")],
  );
  await pool.query(
    `INSERT INTO chat_completion (team_id, id, model, metadata, body, messages, created_at)
     VALUES ($1, $2, 'builtin/demo', '{"a": "b"}', '{"text": "a\\u0000b",  "spaced":   1.50}', '[]', now())`,
    [teamId, newId("chatCompletion")],
  );
  await pool.query("CREATE TABLE trace_2026_old PARTITION OF trace FOR VALUES FROM ('00') TO ('01')");
  await pool.query(
    `INSERT INTO trace (team_id, id, name, status, cost_usd, tool_names, vector_store_ids, started_at)
     VALUES ($1, $2, 'responses', 'ok', 0.1::float8 + 0.2::float8, '{file_search}', '{}', now()), ($1, '0012', 'old', 'ok', NULL, '{}', '{}', now())`,
    [teamId, trace],
  );
  await pool.query(
    "INSERT INTO idempotency_key (team_id, key, request_hash, body, expires_at) VALUES ($1, 'k', 'h', $2, now())",
    [teamId, Buffer.from([0, 1, 2, 255, 39, 92])],
  );
}

/** A digest of the rows of every table, by its name: equal databases have equal ones. */
export async function digestTables(pool: Pick<Pool, "query">): Promise<Record<string, string>> {
  const tables = await pool.query<{ name: string }>(
    `SELECT relname::text AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
        AND relname NOT IN ('_prisma_migrations', 'blob_chunk') ORDER BY 1`,
  );
  const digests: Record<string, string> = {};
  for (const { name } of tables.rows) {
    const { rows } = await pool.query<{ digest: string }>(
      `SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, E'\\n' ORDER BY t::text COLLATE "C")), '') AS digest FROM ${name} t`,
    );
    digests[name] = rows[0]?.digest ?? "";
  }
  return digests;
}
