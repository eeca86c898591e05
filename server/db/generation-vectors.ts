import { pool } from "#server/db/client";
import { mapped } from "#server/db/mapped";
import type { BuildScope } from "#server/db/vector-store-builds";
import type { VectorStoreScope } from "#server/db/vector-stores";

/** A file of a store whose vectors of a generation are still to be made. */
export interface FileToBuild {
  fileId: string;
  ingestId: string;
}

/** A passage as its vector is made of it. */
export interface ChunkToEmbed {
  id: string;
  fileId: string;
  ordinal: number;
  headingPath: string;
  lead: string;
  text: string;
  /** Its vector of the generation is there. */
  built: boolean;
}

/**
 * Files of a store that were read and lack vectors of the generation, at most `limit`.
 * @throws AppError database_unavailable
 */
export async function findFilesToBuild(
  scope: VectorStoreScope,
  { generation, limit }: { generation: number; limit: number },
): Promise<FileToBuild[]> {
  const { rows } = await mapped(() =>
    pool().query<FileToBuild>(
      `SELECT file_id AS "fileId", ingest_id AS "ingestId" FROM vector_store_file
       WHERE team_id = $1 AND vector_store_id = $2 AND status = 'completed'
         AND built_generation IS DISTINCT FROM $3 LIMIT $4`,
      [scope.teamId, scope.vectorStoreId, generation, limit],
    ),
  );
  return rows;
}

/**
 * The passages of the files in order, after the one named by `after`, at most `limit`.
 * @throws AppError database_unavailable
 */
export async function listChunksToEmbed(
  scope: VectorStoreScope,
  page: {
    generation: number;
    files: readonly FileToBuild[];
    after: Pick<ChunkToEmbed, "fileId" | "ordinal"> | null;
    limit: number;
  },
): Promise<ChunkToEmbed[]> {
  const { rows } = await mapped(() =>
    pool().query<ChunkToEmbed>(
      `SELECT c.id::text, c.file_id AS "fileId", c.ordinal, c.heading_path AS "headingPath", c.lead, c.text,
              EXISTS (SELECT FROM chunk_embedding e
                      WHERE e.team_id = c.team_id AND e.chunk_id = c.id AND e.generation = $3) AS built
       FROM chunk c
       WHERE c.team_id = $1 AND c.vector_store_id = $2 AND c.file_id = ANY ($4::text[])
         AND (c.file_id, c.ordinal) > ($5, $6)
       ORDER BY c.file_id, c.ordinal LIMIT $7`,
      [
        ...[scope.teamId, scope.vectorStoreId, page.generation, page.files.map((file) => file.fileId)],
        ...[page.after?.fileId ?? "", page.after?.ordinal ?? -1, page.limit],
      ],
    ),
  );
  return rows;
}

/**
 * Writes vectors of a build's generation, all or none, and counts them; progress sets the attempts back. Passages that have
 * gone, or whose file is read anew, are passed over. Answers false, and writes nothing, when the build is no longer wanted.
 * `byIngest`: written by the one who reads the file, which is no sign of life of the build.
 * @throws AppError database_unavailable
 */
export async function insertBuiltVectors(
  scope: BuildScope,
  batch: {
    files: readonly FileToBuild[];
    vectors: readonly { id: string; embedding: string; embeddingKey: Buffer }[];
    byIngest: boolean;
    now: Date;
  },
): Promise<boolean> {
  const { files, vectors, byIngest } = batch;
  const { rows } = await mapped(() =>
    pool().query<{ wanted: boolean }>(INSERT, [
      ...[scope.teamId, scope.vectorStoreId, scope.buildId, batch.now],
      ...[files.map((file) => file.fileId), files.map((file) => file.ingestId)],
      ...[vectors.map((vector) => vector.id), vectors.map((vector) => vector.embedding)],
      ...[vectors.map((vector) => vector.embeddingKey), byIngest],
    ]),
  );
  return rows[0]?.wanted ?? false;
}

/** Holds, until it is committed, in the order of everybody's locks: the store, its build, its files. */
const INSERT = `
WITH store AS MATERIALIZED (
  SELECT id FROM vector_store WHERE team_id = $1 AND id = $2 FOR KEY SHARE
), build AS (
  UPDATE vector_store_build b SET
    attempts = CASE WHEN $10 THEN b.attempts ELSE 0 END, updated_at = CASE WHEN $10 THEN b.updated_at ELSE $4 END,
    done_count = done_count + cardinality($7::bigint[])
  FROM store
  WHERE b.team_id = $1 AND b.vector_store_id = store.id AND b.build_id = $3 AND b.status = 'in_progress'
  RETURNING b.generation
), files AS MATERIALIZED (
  SELECT s.file_id, n.generation
  FROM (SELECT b.generation, f.* FROM build b, unnest($5::text[], $6::text[]) AS f(file_id, ingest_id)) n
  JOIN vector_store_file s ON s.team_id = $1 AND s.vector_store_id = $2 AND s.file_id = n.file_id
    AND s.ingest_id = n.ingest_id AND s.status IN ('in_progress', 'completed')
  ORDER BY s.file_id FOR SHARE OF s
), embedded AS (
  INSERT INTO chunk_embedding (team_id, vector_store_id, chunk_id, generation, embedding, embedding_key)
  SELECT $1, $2, c.id, f.generation, n.embedding::halfvec, n.embedding_key
  FROM unnest($7::bigint[], $8::text[], $9::bytea[]) AS n(id, embedding, embedding_key)
  JOIN chunk c ON c.team_id = $1 AND c.id = n.id AND c.vector_store_id = $2
  JOIN files f ON f.file_id = c.file_id
  ON CONFLICT DO NOTHING
)
SELECT EXISTS (SELECT FROM build) AS wanted`;

/**
 * Notes that files have all their vectors of the generation; one that was taken up anew meanwhile has not.
 * @throws AppError database_unavailable
 */
export async function markFilesBuilt(
  scope: VectorStoreScope,
  { generation, files }: { generation: number; files: readonly FileToBuild[] },
): Promise<void> {
  await mapped(() =>
    pool().query(
      `WITH files AS MATERIALIZED (
         SELECT s.file_id FROM unnest($4::text[], $5::text[]) AS n(file_id, ingest_id)
         JOIN vector_store_file s ON s.team_id = $1 AND s.vector_store_id = $2 AND s.file_id = n.file_id
           AND s.ingest_id = n.ingest_id AND s.status IN ('in_progress', 'completed')
         ORDER BY s.file_id FOR NO KEY UPDATE OF s)
       UPDATE vector_store_file s SET built_generation = $3 FROM files
       WHERE s.team_id = $1 AND s.vector_store_id = $2 AND s.file_id = files.file_id`,
      [
        ...[scope.teamId, scope.vectorStoreId, generation],
        ...[files.map((file) => file.fileId), files.map((file) => file.ingestId)],
      ],
    ),
  );
}

/** A store whose last build has ended, whose vectors of other generations than its own nobody reads any more. */
export interface UnsweptStore extends BuildScope {
  /** The store's. */
  generation: number;
}

/**
 * Stores of any team whose build ended before `before` and left vectors that are to be removed, at most `limit`.
 * @throws AppError database_unavailable
 */
export async function findUnsweptStores(before: Date, limit: number): Promise<UnsweptStore[]> {
  const { rows } = await mapped(() =>
    pool().query<UnsweptStore>(
      `SELECT b.team_id AS "teamId", b.vector_store_id AS "vectorStoreId", b.build_id AS "buildId", v.generation
       FROM vector_store_build b JOIN vector_store v ON v.team_id = b.team_id AND v.id = b.vector_store_id
       WHERE b.swept_at IS NULL AND b.status <> 'in_progress' AND b.updated_at < $1 LIMIT $2`,
      [before, limit],
    ),
  );
  return rows;
}

/**
 * Removes vectors of a store before or after its generation, at most `limit`, unless a build runs. Gives how many.
 * @throws AppError database_unavailable
 */
export async function removeStaleVectors(
  store: UnsweptStore,
  { side, limit }: { side: "before" | "after"; limit: number },
): Promise<number> {
  const { rowCount } = await mapped(() =>
    pool().query(
      `DELETE FROM chunk_embedding e USING (
         SELECT chunk_id, generation FROM chunk_embedding
         WHERE team_id = $1 AND vector_store_id = $2 AND generation ${side === "before" ? "<" : ">"} $3
           AND EXISTS (SELECT FROM vector_store_build b WHERE b.team_id = $1 AND b.vector_store_id = $2
                         AND b.build_id = $4 AND b.status <> 'in_progress')
         LIMIT $5) stale
       WHERE e.team_id = $1 AND e.vector_store_id = $2 AND e.generation = stale.generation AND e.chunk_id = stale.chunk_id`,
      [store.teamId, store.vectorStoreId, store.generation, store.buildId, limit],
    ),
  );
  return rowCount ?? 0;
}

/**
 * Notes that nothing is left to remove after the build.
 * @throws AppError database_unavailable
 */
export async function markSwept(scope: BuildScope, now: Date): Promise<void> {
  await mapped(() =>
    pool().query(
      `UPDATE vector_store_build SET swept_at = $4
       WHERE team_id = $1 AND vector_store_id = $2 AND build_id = $3 AND status <> 'in_progress'`,
      [scope.teamId, scope.vectorStoreId, scope.buildId, now],
    ),
  );
}
