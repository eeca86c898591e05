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
  text: string;
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

/**
 * Writes a batch of chunks with their vectors and the progress it makes, in one statement: all of it or none.
 * Chunks that are there already (a batch repeated after a crash) stay as they are. Progress sets the attempts back.
 * Answers false, and writes nothing, when the ingestion is no longer wanted.
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
    ]),
  );
  return rows[0]?.wanted ?? false;
}

const INSERT = `
WITH wanted AS (
  UPDATE vector_store_file SET step = 'embedding', done_count = greatest(done_count, $6), updated_at = $7, attempts = 0,
         text_configuration = $18
  WHERE team_id = $1 AND vector_store_id = $2 AND file_id = $3 AND ingest_id = $4 AND status = 'in_progress'
  RETURNING team_id, vector_store_id, file_id
), added AS (
  INSERT INTO chunk (team_id, vector_store_id, file_id, generation, ordinal, page, char_start, char_end, heading_path,
                     text, token_count, lexeme_count, tsv, embedding_key)
  SELECT w.team_id, w.vector_store_id, w.file_id, $5, n.ordinal, n.page, n.char_start, n.char_end, n.heading_path,
         n.text, n.token_count, (SELECT coalesce(sum(cardinality(positions)), 0) FROM unnest(v.tsv)), v.tsv,
         n.embedding_key
  FROM wanted w,
       unnest($8::int[], $9::int[], $10::int[], $11::int[], $12::text[], $13::text[], $14::int[], $16::text[],
              $17::bytea[], $19::text[])
         AS n(ordinal, page, char_start, char_end, heading_path, text, token_count, keywords, embedding_key,
              heading_keywords),
       LATERAL (
         SELECT setweight(to_tsvector($18::text::regconfig, n.heading_keywords), 'A')
                  || to_tsvector($18::text::regconfig, n.keywords) AS tsv) v
  ON CONFLICT (team_id, vector_store_id, file_id, generation, ordinal) DO NOTHING
  RETURNING id, ordinal
), embedded AS (
  INSERT INTO chunk_embedding (team_id, vector_store_id, chunk_id, generation, embedding)
  SELECT $1, $2, a.id, $5, e.embedding::halfvec
  FROM added a JOIN unnest($8::int[], $15::text[]) AS e(ordinal, embedding) USING (ordinal)
)
SELECT EXISTS (SELECT FROM wanted) AS wanted`;

/**
 * Ordinals of a file's chunks that are written already: where an interrupted ingestion goes on.
 * @throws AppError database_unavailable
 */
export async function findWrittenOrdinals(scope: VectorStoreFileScope, generation: number): Promise<Set<number>> {
  const { rows } = await mapped(() =>
    pool().query<{ ordinal: number }>(
      `SELECT ordinal FROM chunk
       WHERE team_id = $1 AND vector_store_id = $2 AND file_id = $3 AND generation = $4`,
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
  page: { generation: number; after: number; limit: number },
): Promise<ChunkRow[]> {
  const { rows } = await mapped(() =>
    pool().query<ChunkRow>(
      `SELECT id::text, ordinal, page, char_start AS "charStart", char_end AS "charEnd",
              heading_path AS "headingPath", text, token_count AS "tokenCount"
       FROM chunk
       WHERE team_id = $1 AND vector_store_id = $2 AND file_id = $3 AND generation = $4 AND ordinal > $5
       ORDER BY ordinal LIMIT $6`,
      [scope.teamId, scope.vectorStoreId, scope.fileId, page.generation, page.after, page.limit],
    ),
  );
  return rows;
}
