import type { Pool } from "pg";
import { newId } from "#server/ids";

/** Numbers in [0, 1) that are the same in every run. */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Independent directions that the vectors differ in, and topics that they gather around, as embeddings of texts do. */
const RANK = 24;
const TOPICS = 60;

/** Unit vectors, the same for the same seed; those of all seeds lie around the same topics. */
export function unitVectors(seed: number, dimensions: number): () => number[] {
  const common = randomNumbers(1);
  const directions = Array.from({ length: RANK }, () => Array.from({ length: dimensions }, () => common() - 0.5));
  const topics = Array.from({ length: TOPICS }, () => Array.from({ length: RANK }, () => common() - 0.5));
  const next = randomNumbers(seed);
  return () => {
    const topic = topics[Math.floor(next() * TOPICS)] ?? [];
    const vector = new Array<number>(dimensions).fill(0);
    for (const [index, direction] of directions.entries()) {
      const share = (topic[index] ?? 0) + 0.7 * (next() - 0.5);
      for (let place = 0; place < dimensions; place += 1)
        vector[place] = (vector[place] ?? 0) + share * (direction[place] ?? 0);
    }
    const norm = Math.hypot(...vector);
    return vector.map((value) => value / norm);
  };
}

const BATCH = 500;
const WORDS = 30;
const VOCABULARY = 4_000;
/** Above 1, low numbers come up more often, as a language's words do. */
const SKEW = 3;

export interface ManyChunks {
  teamId: string;
  vectorStoreId: string;
  chunks: number;
  dimensions: number;
  files: number;
}

/**
 * Writes chunks of unevenly common words straight into a store's tables, as ingestion would, in files with the attribute
 * `part` of 0 and up.
 */
export async function addChunks(pool: Pick<Pool, "query">, many: ManyChunks): Promise<void> {
  const { teamId, vectorStoreId, chunks, dimensions, files } = many;
  const next = randomNumbers(chunks);
  const vectorOf = unitVectors(chunks, dimensions);
  const perFile = Math.ceil(chunks / files);
  for (let part = 0; part < files; part += 1) {
    const fileId = newId("file");
    await pool.query(
      `INSERT INTO file (team_id, id, filename, purpose, media_type, bytes, sha256, created_at)
       VALUES ($1, $2, $3, 'assistants', 'text/plain', 1, '', now())`,
      [teamId, fileId, `part-${part}.txt`],
    );
    await pool.query(
      `INSERT INTO vector_store_file (team_id, vector_store_id, file_id, status, step, attributes, chunking_strategy,
         chunk_count, lexeme_count, ingest_id, created_at)
       VALUES ($1, $2, $3, 'completed', 'done', $4, '{}', $5, $6, $3, now())`,
      [teamId, vectorStoreId, fileId, JSON.stringify({ part }), perFile, perFile * WORDS],
    );
    for (let start = 0; start < perFile; start += BATCH) {
      const count = Math.min(BATCH, perFile - start);
      const texts = Array.from({ length: count }, () =>
        Array.from({ length: WORDS }, () => `word${Math.floor(next() ** SKEW * VOCABULARY)}`).join(" "),
      );
      const vectors = texts.map(() => `[${vectorOf().map((value) => value.toFixed(4))}]`);
      await pool.query(
        `WITH added AS (
           INSERT INTO chunk (team_id, vector_store_id, file_id, ordinal, char_start, char_end, heading_path, text,
                              token_count, lexeme_count, tsv)
           SELECT $1, $2, $3, $4 + n.at, 0, 1, '', n.text, ${WORDS}, ${WORDS}, to_tsvector('english', n.text)
           FROM unnest($5::text[]) WITH ORDINALITY AS n(text, at) RETURNING id, ordinal)
         INSERT INTO chunk_embedding (team_id, vector_store_id, chunk_id, generation, embedding)
         SELECT $1, $2, a.id, 1, v.vector::halfvec
         FROM added a JOIN unnest($6::text[]) WITH ORDINALITY AS v(vector, at) ON a.ordinal = $4 + v.at`,
        [teamId, vectorStoreId, fileId, start, texts, vectors],
      );
    }
  }
  await pool.query("UPDATE vector_store SET dimensions = $3 WHERE team_id = $1 AND id = $2", [
    teamId,
    vectorStoreId,
    dimensions,
  ]);
}
