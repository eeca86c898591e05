import { toSql } from "pgvector";
import { attributeFilterSql } from "#server/db/attribute-filter-sql";
import { pool } from "#server/db/client";
import { mapped } from "#server/db/mapped";
import { attributesFor } from "#server/db/search";
import type { FileStatus, VectorStoreFileScope } from "#server/db/vector-store-files";
import type { AttributeFilter } from "#server/protocol/attribute-filter";

/** What decides whether a file of a store can be found at all. */
export interface SearchableState {
  filename: string;
  status: FileStatus;
  errorMessage: string | null;
  expired: boolean;
  passages: number;
  /** Whether the whole filter lets a passage of the file through, then each of `conditions` alone. */
  passes: boolean;
  holds: boolean[];
}

/**
 * The state of a file in a store and what each condition says of it, by the SQL that the search itself uses; null when
 * the store has no such file.
 * @throws AppError database_unavailable
 */
export async function readSearchableState(
  scope: VectorStoreFileScope,
  question: {
    filter: AttributeFilter | null;
    conditions: readonly AttributeFilter[];
    now: Date;
  },
): Promise<SearchableState | null> {
  const values: unknown[] = [scope.teamId, scope.vectorStoreId, scope.fileId, question.now];
  const add = (value: unknown) => `$${values.push(value)}`;
  const holds = (filter: AttributeFilter) =>
    `coalesce(bool_or(${attributeFilterSql(filter, attributesFor(filter), { add })}), false)`;
  const passes = question.filter === null ? "true" : holds(question.filter);
  const each = question.conditions.map(holds).join(", ");
  const { rows } = await mapped(() =>
    pool().query<SearchableState>(
      `SELECT f.filename, s.status, s.error_message AS "errorMessage",
              coalesce(f.expires_at <= $4, false) AS expired, count(c.id)::int AS passages,
              ${passes} AS passes, ARRAY[${each}]::boolean[] AS holds
       FROM vector_store_file s
       JOIN file f ON f.team_id = s.team_id AND f.id = s.file_id
       LEFT JOIN chunk c ON c.team_id = s.team_id AND c.vector_store_id = s.vector_store_id AND c.file_id = s.file_id
       WHERE s.team_id = $1 AND s.vector_store_id = $2 AND s.file_id = $3
       GROUP BY f.filename, f.expires_at, s.status, s.error_message`,
      values,
    ),
  );
  return rows[0] ?? null;
}

export interface VectorPlace {
  chunkId: string;
  /** From 1, among all vectors of the store that the filter lets through. */
  place: number;
  /** Cosine similarity; null for a vector of zeros. */
  score: number | null;
}

/**
 * The file's passage nearest to `embedding` and its place among all that the filter lets through, counted exactly,
 * however far down it is; null when the file has no such passage.
 * @throws AppError database_unavailable
 */
export async function readVectorPlace(
  scope: VectorStoreFileScope,
  question: { generation: number; embedding: readonly number[]; filter: AttributeFilter | null },
): Promise<VectorPlace | null> {
  const { generation, embedding, filter } = question;
  const values: unknown[] = [scope.teamId, scope.vectorStoreId, scope.fileId, generation, toSql([...embedding])];
  const add = (value: unknown) => `$${values.push(value)}`;
  // As in the search: only under a filter are files that are still being read passed over by the leg itself.
  const condition =
    filter === null
      ? "true"
      : `s.status = 'completed' AND ${attributeFilterSql(filter, attributesFor(filter), { add })}`;
  const { rows } = await mapped(() =>
    pool().query<VectorPlace>(
      `WITH distances AS MATERIALIZED (
         SELECT c.id, c.file_id, e.embedding <=> (SELECT $5::text::halfvec) AS distance
         FROM vector_store_file s
         JOIN chunk c ON c.team_id = s.team_id AND c.vector_store_id = s.vector_store_id AND c.file_id = s.file_id
         JOIN chunk_embedding e ON e.team_id = c.team_id AND e.chunk_id = c.id AND e.generation = $4
         WHERE s.team_id = $1 AND s.vector_store_id = $2 AND ${condition}
       ), best AS (SELECT * FROM distances WHERE file_id = $3 ORDER BY distance, id LIMIT 1)
       SELECT b.id::text AS "chunkId", 1 - nullif(b.distance, 'NaN') AS score,
              (SELECT count(*) FROM distances d WHERE (d.distance, d.id) < (b.distance, b.id))::int + 1 AS place
       FROM best b`,
      values,
    ),
  );
  return rows[0] ?? null;
}
