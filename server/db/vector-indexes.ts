import type { PoolClient } from "pg";
import { escapeIdentifier, escapeLiteral } from "pg";
import { pool } from "#server/db/client";
import { mapped } from "#server/db/mapped";
import type { VectorStoreScope } from "#server/db/vector-stores";

/** A store whose vectors are many enough for an index. */
export interface IndexableStore extends VectorStoreScope {
  generation: number;
  dimensions: number;
}

/** What an HNSW index of half-precision vectors can hold (pgvector). */
const MAX_DIMENSIONS = 4_000;
/** Of one build; a graph that does not fit is built several times slower. */
const BUILD_MEMORY = "512MB";
/** Whoever wants an index gone waits this long for a build in its way; the sweep takes it later. */
const DROP_PATIENCE = "3s";
const NAMES = "ann\\_vs\\_%";
const LOCK = "SELECT pg_try_advisory_lock(hashtext('rejoinder vector indexes')) AS held";

/** An index of its own for each store: one that stores share answers from whoever has the most vectors near by. */
function indexName({ vectorStoreId, generation }: Pick<IndexableStore, "vectorStoreId" | "generation">): string {
  return `ann_${vectorStoreId}_${generation}`;
}

/** The part of a statement's condition that the store's index is made for, as literals so that the planner sees it. */
export function indexedRows(store: Pick<IndexableStore, "vectorStoreId" | "generation">): string {
  return `vector_store_id = ${escapeLiteral(store.vectorStoreId)} AND generation = ${Math.trunc(store.generation)}`;
}

/** The expression that the index of vectors of so many numbers is made of. */
export function indexedVector(dimensions: number): string {
  return `(embedding::halfvec(${Math.trunc(dimensions)}))`;
}

/**
 * Runs `work` on a connection of its own, closed at the end, while no other node does so; false when one does.
 * @throws AppError database_unavailable, and what `work` throws
 */
export async function holdingIndexes(work: (client: PoolClient) => Promise<void>): Promise<boolean> {
  const client = await mapped(() => pool().connect());
  try {
    const { rows } = await mapped(() => client.query<{ held: boolean }>(LOCK));
    if (!rows[0]?.held) return false;
    await work(client);
    return true;
  } finally {
    client.release(true);
  }
}

/**
 * The largest stores of all teams with at least `minChunks` chunks, at most `limit`: those that should have an index.
 * @throws AppError database_unavailable
 */
export async function findIndexableStores(
  client: PoolClient,
  wanted: { minChunks: number; limit: number },
): Promise<IndexableStore[]> {
  const { rows } = await mapped(() =>
    client.query<IndexableStore>(
      `SELECT v.team_id AS "teamId", v.id AS "vectorStoreId", v.generation, v.dimensions
       FROM vector_store v
       JOIN (SELECT team_id, vector_store_id, sum(chunk_count) AS chunks FROM vector_store_file
             GROUP BY team_id, vector_store_id HAVING sum(chunk_count) >= $1) s
         ON s.team_id = v.team_id AND s.vector_store_id = v.id
       WHERE v.dimensions <= ${MAX_DIMENSIONS} ORDER BY s.chunks DESC, v.id LIMIT $2`,
      [wanted.minChunks, wanted.limit],
    ),
  );
  return rows;
}

/**
 * Drops every store's index but those of `keep` and of generations that are being built, and those that a killed build
 * left unfinished. Gives their names.
 * @throws AppError database_unavailable
 */
export async function dropOtherIndexes(client: PoolClient, keep: readonly IndexableStore[]): Promise<string[]> {
  const kept = keep.map(indexName);
  return mapped(async () => {
    await client.query(
      `UPDATE vector_store v SET indexed_generation = NULL WHERE indexed_generation IS NOT NULL
       AND NOT ('ann_' || id || '_' || indexed_generation = ANY ($1::text[]))`,
      [kept],
    );
    const { rows } = await client.query<{ name: string }>(
      `SELECT c.relname AS name FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
       WHERE i.indrelid = 'chunk_embedding'::regclass AND c.relname LIKE $1
         AND (NOT i.indisvalid OR c.relname <> ALL ($2::text[] || ARRAY(
           SELECT 'ann_' || vector_store_id || '_' || generation FROM vector_store_build WHERE status = 'in_progress')))
       ORDER BY 1`,
      [NAMES, kept],
    );
    for (const { name } of rows) await client.query(`DROP INDEX CONCURRENTLY IF EXISTS ${escapeIdentifier(name)}`);
    return rows.map(({ name }) => name);
  });
}

/**
 * Builds the store's index beside running reads and writes, where it has none; searches use it from then on. True when
 * it was built now.
 * @throws AppError database_unavailable
 */
export async function buildVectorIndex(client: PoolClient, store: IndexableStore): Promise<boolean> {
  const name = indexName(store);
  return mapped(async () => {
    const known = await client.query<{ whole: boolean }>(
      "SELECT i.indisvalid AS whole FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE c.relname = $1",
      [name],
    );
    const isWhole = known.rows[0]?.whole ?? false;
    if (known.rowCount === 1 && !isWhole) await client.query(`DROP INDEX CONCURRENTLY ${escapeIdentifier(name)}`);
    if (!isWhole) {
      await client.query(`SET maintenance_work_mem = '${BUILD_MEMORY}'`);
      await client.query(
        `CREATE INDEX CONCURRENTLY ${escapeIdentifier(name)} ON chunk_embedding
         USING hnsw (${indexedVector(store.dimensions)} halfvec_cosine_ops) WHERE ${indexedRows(store)}`,
      );
    }
    await client.query(
      `UPDATE vector_store SET indexed_generation = $3 WHERE team_id = $1 AND id = $2 AND generation = $3`,
      [store.teamId, store.vectorStoreId, store.generation],
    );
    return !isWhole;
  });
}

/**
 * Drops the store's index before its rows are deleted in bulk: each would have to be taken out of the graph. One that is
 * being built is left to the sweep.
 * @throws AppError database_unavailable
 */
export async function dropVectorIndex(scope: VectorStoreScope): Promise<void> {
  const { rows } = await mapped(() =>
    pool().query<{ generation: number }>(
      `UPDATE vector_store v SET indexed_generation = NULL
       FROM (SELECT team_id, id, indexed_generation AS generation FROM vector_store WHERE team_id = $1 AND id = $2) was
       WHERE v.team_id = was.team_id AND v.id = was.id AND was.generation IS NOT NULL RETURNING was.generation`,
      [scope.teamId, scope.vectorStoreId],
    ),
  );
  await dropIndexes(rows.map(({ generation }) => indexName({ ...scope, generation })));
}

/**
 * The stores with an index of which these files hold a quarter of the chunks or more: VACUUM mends a graph around every
 * vector that is gone, which for so many takes longer than building it anew. `vectorStoreId`: only that one.
 * @throws AppError database_unavailable
 */
export async function findIndexesInTheWay(files: {
  teamId: string;
  fileIds: readonly string[];
  vectorStoreId?: string;
}): Promise<VectorStoreScope[]> {
  const { rows } = await mapped(() =>
    pool().query<VectorStoreScope>(
      `SELECT v.team_id AS "teamId", v.id AS "vectorStoreId"
       FROM vector_store v JOIN vector_store_file f ON f.team_id = v.team_id AND f.vector_store_id = v.id
       WHERE v.team_id = $1 AND v.indexed_generation IS NOT NULL AND ($3::text IS NULL OR v.id = $3)
         AND EXISTS (SELECT FROM vector_store_file g
                     WHERE g.team_id = v.team_id AND g.vector_store_id = v.id AND g.file_id = ANY ($2::text[]))
       GROUP BY v.team_id, v.id
       HAVING sum(f.chunk_count) FILTER (WHERE f.file_id = ANY ($2::text[])) * 4 >= sum(f.chunk_count)`,
      [files.teamId, files.fileIds, files.vectorStoreId ?? null],
    ),
  );
  return rows;
}

/**
 * Drops the indexes of a store's other generations before their rows are deleted in bulk.
 * @throws AppError database_unavailable
 */
export async function dropStaleIndexes(store: Pick<IndexableStore, "vectorStoreId" | "generation">): Promise<void> {
  const { rows } = await mapped(() =>
    pool().query<{ name: string }>(
      "SELECT relname AS name FROM pg_class WHERE relkind = 'i' AND starts_with(relname, $1) AND relname <> $2",
      [`ann_${store.vectorStoreId}_`, indexName(store)],
    ),
  );
  await dropIndexes(rows.map(({ name }) => name));
}

async function dropIndexes(names: readonly string[]): Promise<void> {
  for (const name of names) {
    const client = await mapped(() => pool().connect());
    try {
      await client.query(`SET lock_timeout = '${DROP_PATIENCE}'`);
      await mapped(() => client.query(`DROP INDEX CONCURRENTLY IF EXISTS ${escapeIdentifier(name)}`));
    } finally {
      client.release(true);
    }
  }
}
