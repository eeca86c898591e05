import { pool } from "#server/db/client";
import type { IngestScope } from "#server/db/ingests";
import { mapped } from "#server/db/mapped";
import type { VectorStoreFileScope } from "#server/db/vector-store-files";

/** A chunk with its vector, to be written. */
export interface NewChunk {
  ordinal: number;
  page: number | null;
  charStart: number;
  charEnd: number;
  headingPath: string;
  /** What is embedded and indexed before the text; empty for most. */
  lead: string;
  text: string;
  /** White space between the chunk before it on its page and this one; null where they touch or overlap. */
  spaceBefore: string | null;
  /** What the text index reads in place of the text. */
  keywords: string;
  /** What it reads, as more important, in place of the heading path. */
  headingKeywords: string;
  tokenCount: number;
  /** As pgvector writes it: `[0.1,-0.2]`. */
  embedding: string;
  /** Names the text and model of the vector. */
  embeddingKey: Buffer;
}

export interface ChunkRow {
  id: string;
  ordinal: number;
  page: number | null;
  charStart: number;
  charEnd: number;
  headingPath: string;
  text: string;
  tokenCount: number;
}

/** Of a {@link ChunkRow}. */
export const CHUNK_COLUMNS = `
  id::text, ordinal, page, char_start AS "charStart", char_end AS "charEnd", heading_path AS "headingPath", text,
  token_count AS "tokenCount"`;

/**
 * Writes a batch of chunks with their vectors and the progress it makes, in one statement: all of it or none.
 * Chunks and vectors that are there already (a batch repeated after a crash) stay as they are. Progress sets the attempts
 * back. Answers false, and writes nothing, when the ingestion is no longer wanted or the store has gone on to another
 * generation of vectors.
 * @throws AppError database_unavailable
 */
export async function insertChunks(
  scope: IngestScope,
  batch: {
    generation: number;
    /** Postgres's text search configuration for the document's words. */
    textConfiguration: string;
    chunks: readonly NewChunk[];
    doneCount: number;
    now: Date;
  },
): Promise<boolean> {
  const { chunks } = batch;
  const { rows } = await mapped(() =>
    pool().query<{ wanted: boolean }>(INSERT, [
      scope.teamId,
      scope.vectorStoreId,
      scope.fileId,
      scope.ingestId,
      batch.generation,
      batch.doneCount,
      batch.now,
      chunks.map((chunk) => chunk.ordinal),
      chunks.map((chunk) => chunk.page),
      chunks.map((chunk) => chunk.charStart),
      chunks.map((chunk) => chunk.charEnd),
      chunks.map((chunk) => chunk.headingPath),
      chunks.map((chunk) => chunk.text),
      chunks.map((chunk) => chunk.tokenCount),
      chunks.map((chunk) => chunk.embedding),
      chunks.map((chunk) => chunk.keywords),
      chunks.map((chunk) => chunk.embeddingKey),
      batch.textConfiguration,
      chunks.map((chunk) => chunk.headingKeywords),
      chunks.map((chunk) => chunk.lead),
      chunks.map((chunk) => chunk.spaceBefore),
    ]),
  );
  return rows[0]?.wanted ?? false;
}

const INSERT = `
WITH store AS MATERIALIZED (
  SELECT id FROM vector_store WHERE team_id = $1 AND id = $2 AND generation = $5 FOR KEY SHARE
), wanted AS (
  UPDATE vector_store_file f SET step = 'embedding', done_count = greatest(done_count, $6), updated_at = $7, attempts = 0,
         text_configuration = $18
  FROM store
  WHERE f.team_id = $1 AND f.vector_store_id = store.id AND f.file_id = $3 AND f.ingest_id = $4
    AND f.status = 'in_progress'
  RETURNING f.team_id, f.vector_store_id, f.file_id
), added AS (
  INSERT INTO chunk (team_id, vector_store_id, file_id, ordinal, page, char_start, char_end, heading_path, lead, text,
                     token_count, lexeme_count, tsv, space_before)
  SELECT w.team_id, w.vector_store_id, w.file_id, n.ordinal, n.page, n.char_start, n.char_end, n.heading_path, n.lead,
         n.text, n.token_count, (SELECT coalesce(sum(cardinality(positions)), 0) FROM unnest(v.tsv)), v.tsv,
         n.space_before
  FROM wanted w,
       unnest($8::int[], $9::int[], $10::int[], $11::int[], $12::text[], $13::text[], $14::int[], $16::text[],
              $19::text[], $20::text[], $21::text[])
         AS n(ordinal, page, char_start, char_end, heading_path, text, token_count, keywords, heading_keywords, lead,
              space_before),
       LATERAL (
         SELECT setweight(to_tsvector($18::text::regconfig, n.heading_keywords), 'A')
                  || to_tsvector($18::text::regconfig, n.keywords) AS tsv) v
  ON CONFLICT (team_id, vector_store_id, file_id, ordinal) DO NOTHING
  RETURNING id, ordinal
), known AS (
  SELECT id, ordinal FROM added
  UNION ALL
  SELECT c.id, c.ordinal FROM wanted w
  JOIN chunk c ON c.team_id = $1 AND c.vector_store_id = $2 AND c.file_id = w.file_id AND c.ordinal = ANY ($8::int[])
), embedded AS (
  INSERT INTO chunk_embedding (team_id, vector_store_id, chunk_id, generation, embedding, embedding_key)
  SELECT $1, $2, k.id, $5, e.embedding::halfvec, e.embedding_key
  FROM known k JOIN unnest($8::int[], $15::text[], $17::bytea[]) AS e(ordinal, embedding, embedding_key) USING (ordinal)
  ON CONFLICT DO NOTHING
)
SELECT EXISTS (SELECT FROM wanted) AS wanted`;

/**
 * Ordinals of a file's chunks that have their vector already: where an interrupted ingestion goes on.
 * @throws AppError database_unavailable
 */
export async function findWrittenOrdinals(scope: VectorStoreFileScope, generation: number): Promise<Set<number>> {
  const { rows } = await mapped(() =>
    pool().query<{ ordinal: number }>(
      `SELECT c.ordinal FROM chunk c
       JOIN chunk_embedding e ON e.team_id = c.team_id AND e.chunk_id = c.id AND e.generation = $4
       WHERE c.team_id = $1 AND c.vector_store_id = $2 AND c.file_id = $3`,
      [scope.teamId, scope.vectorStoreId, scope.fileId, generation],
    ),
  );
  return new Set(rows.map((row) => row.ordinal));
}

/**
 * A file's chunks in order, beginning after the ordinal `after`, at most `limit`.
 * @throws AppError database_unavailable
 */
export async function listChunks(
  scope: VectorStoreFileScope,
  page: { after: number; limit: number },
): Promise<ChunkRow[]> {
  const { rows } = await mapped(() =>
    pool().query<ChunkRow>(
      `SELECT ${CHUNK_COLUMNS}
       FROM chunk
       WHERE team_id = $1 AND vector_store_id = $2 AND file_id = $3 AND ordinal > $4
       ORDER BY ordinal LIMIT $5`,
      [scope.teamId, scope.vectorStoreId, scope.fileId, page.after, page.limit],
    ),
  );
  return rows;
}
