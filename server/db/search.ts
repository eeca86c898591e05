import { toSql } from "pgvector";
import { attributeFilterSql } from "#server/db/attribute-filter-sql";
import { pool } from "#server/db/client";
import { mapped } from "#server/db/mapped";
import { keywordLeg, NO_KEYWORDS } from "#server/db/search-keywords";
import { type VectorLeg, vectorLeg } from "#server/db/search-vectors";
import type { AttributeValue } from "#server/db/vector-store-files";
import type { AttributeFilter } from "#server/protocol/attribute-filter";

/** One question put to stores that share an embedding model and generation. */
export interface HybridQuery {
  teamId: string;
  vectorStoreIds: readonly string[];
  /** Those of them whose vectors have an index of their own. */
  indexedStoreIds: readonly string[];
  generation: number;
  text: string;
  /** null: only the keywords are searched. */
  embedding: readonly number[] | null;
  weights: { vector: number; keyword: number };
  filter: AttributeFilter | null;
  /** Both legs rank even where one counts for nothing, to say how they would. A leg of no weight is left out otherwise. */
  everyLeg?: boolean;
  /** Only passages of this file, whatever its attributes are called; no filter can say that. */
  fileId?: string;
  limit: number;
  /** Fused scores below this are left out; 0 to 1. */
  scoreThreshold: number;
  now: Date;
}

/** A passage with what its file and its place in the store say of it. */
export interface PassageRow {
  chunkId: string;
  vectorStoreId: string;
  fileId: string;
  filename: string;
  attributes: Record<string, AttributeValue>;
  text: string;
  charStart: number;
  charEnd: number;
  page: number | null;
  headingPath: string;
  tokenCount: number;
}

export interface HybridRow extends PassageRow {
  /** White space between the chunk before it on its page and this one. */
  spaceBefore: string | null;
  score: number;
  vectorScore: number | null;
  keywordScore: number | null;
  /** Where each leg alone ranks the chunk, from 1; null beyond the places that are fused. */
  vectorPlace: number | null;
  keywordPlace: number | null;
}

/** Of a {@link PassageRow}, out of chunk `c`, vector_store_file `s` and file `f`. */
export const PASSAGE_COLUMNS = `
  c.id::text AS "chunkId", c.vector_store_id AS "vectorStoreId", c.file_id AS "fileId", f.filename, s.attributes, c.text,
  c.char_start AS "charStart", c.char_end AS "charEnd", c.page, c.heading_path AS "headingPath",
  c.token_count AS "tokenCount"`;

/** Places of each leg that are fused. Judged, 50 are no worse than 100. */
const LEG_DEPTH = 50;
/** The constant of reciprocal rank fusion. The usual 60 lets a weak leg's good places weigh too much: see weights.ts. */
const RRF_K = 10;

/**
 * The chunks that fit a question best, by BM25 and by vector, fused by weighted reciprocal ranks and normalised so that
 * first place in both is 1. One statement, one snapshot: a deleted file is in no answer. Files that are still being
 * read, and files that have expired, are not found.
 * @throws AppError database_unavailable
 */
export async function searchHybrid(query: HybridQuery): Promise<HybridRow[]> {
  const { text, values } = hybridStatement(query);
  const { rows } = await mapped(() => pool().query<HybridRow>(text, values));
  return rows;
}

/** The statement of {@link searchHybrid}, for those who want it explained. */
export function hybridStatement(query: HybridQuery): { text: string; values: unknown[] } {
  const values: unknown[] = [
    query.teamId,
    query.vectorStoreIds,
    query.text,
    query.embedding === null ? null : toSql([...query.embedding]),
    query.weights.vector,
    query.weights.keyword,
    query.generation,
    query.now,
    query.scoreThreshold,
    query.limit,
  ];
  const add = (value: unknown) => `$${values.push(value)}`;
  const conditions = [
    ...(query.fileId === undefined ? [] : [`s.file_id = ${add(query.fileId)}`]),
    ...(query.filter === null ? [] : [attributeFilterSql(query.filter, attributesFor(query.filter), { add })]),
  ];
  const condition = conditions.length === 0 ? null : conditions.join(" AND ");
  const { generation, embedding, vectorStoreIds } = query;
  // Without a vector nothing is measured: every store counts as one without an index, of any number of dimensions.
  const indexed =
    embedding === null ? [] : query.indexedStoreIds.map((vectorStoreId) => ({ vectorStoreId, generation }));
  const vectors = {
    dimensions: embedding?.length ?? 1,
    indexed,
    others: vectorStoreIds.length - indexed.length,
  };
  const keywords = query.everyLeg === true || query.weights.keyword > 0;
  return { text: statement({ condition, keywords, vectors }), values };
}

/** What every chunk can be chosen by beside the attributes of its file, which Masaic's clients do. */
const NAMED: Record<string, string> = {
  file_id: "s.file_id",
  filename: "(SELECT named.filename FROM file named WHERE named.team_id = s.team_id AND named.id = s.file_id)",
  chunk_index: "c.ordinal",
};

/**
 * The attributes that a filter looks at, of a row `s` of vector_store_file and `c` of chunk. Those named here are read
 * only where it asks for them, and yield to the file's own.
 */
export function attributesFor(filter: AttributeFilter): string {
  const asked = (part: AttributeFilter): string[] => ("filters" in part ? part.filters.flatMap(asked) : [part.key]);
  const keys = new Set(asked(filter));
  const named = Object.entries(NAMED).filter(([key]) => keys.has(key));
  if (named.length === 0) return "s.attributes";
  return `(jsonb_build_object(${named.map(([key, value]) => `'${key}', ${value}`).join(", ")}) || s.attributes)`;
}

interface Parts {
  condition: string | null;
  keywords: boolean;
  vectors: Omit<VectorLeg, "filtered" | "depth">;
}

function statement({ condition, keywords, vectors }: Parts): string {
  return `
WITH ${condition === null ? "" : allowedChunks(condition)}
${keywords ? keywordLeg({ filtered: condition !== null, depth: LEG_DEPTH }) : NO_KEYWORDS},
${vectorLeg({ ...vectors, filtered: condition !== null, depth: LEG_DEPTH })},
fused AS (
  SELECT id, v.distance, k.bm25, v.place AS vector_place, k.place AS keyword_place,
         (coalesce($5::float8 / (${RRF_K} + v.place), 0) + coalesce($6::float8 / (${RRF_K} + k.place), 0))
           * (${RRF_K} + 1) / ($5::float8 + $6::float8) AS score
  FROM by_vector v FULL JOIN by_keyword k USING (id)
)
SELECT ${PASSAGE_COLUMNS}, c.space_before AS "spaceBefore", u.score, 1 - nullif(u.distance, 'NaN') AS "vectorScore",
       u.bm25 AS "keywordScore", u.vector_place::int AS "vectorPlace", u.keyword_place::int AS "keywordPlace"
FROM fused u
JOIN chunk c ON c.team_id = $1 AND c.id = u.id
JOIN vector_store_file s ON s.team_id = $1 AND s.vector_store_id = c.vector_store_id AND s.file_id = c.file_id
JOIN file f ON f.team_id = $1 AND f.id = c.file_id
WHERE s.status = 'completed' AND (f.expires_at IS NULL OR f.expires_at > $8) AND u.score >= $9 AND u.score > 0
ORDER BY u.score DESC, u.bm25 DESC NULLS LAST, u.id LIMIT $10`;
}

/**
 * The chunks of files whose attributes pass; both legs look only among these. As one array, read first: joined instead,
 * the planner may walk all vectors in order of distance and look each one up.
 */
function allowedChunks(condition: string): string {
  return `
allowed AS MATERIALIZED (
  SELECT ARRAY(
    SELECT c.id FROM vector_store_file s
    JOIN chunk c ON c.team_id = $1 AND c.vector_store_id = s.vector_store_id AND c.file_id = s.file_id
    WHERE s.team_id = $1 AND s.vector_store_id = ANY ($2::text[]) AND s.status = 'completed' AND ${condition}) AS ids
),`;
}
