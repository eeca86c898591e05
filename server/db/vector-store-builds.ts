import { inTransaction, pool, prisma, type TransactionClient } from "#server/db/client";
import { mapped } from "#server/db/mapped";
import type { VectorStoreScope } from "#server/db/vector-stores";
import type { EmbeddingOptions } from "#server/protocol/vector-stores";

export type BuildStatus = "in_progress" | "completed" | "failed" | "cancelled";

/** The last change of a store's embedding model. */
export interface BuildRow {
  vectorStoreId: string;
  buildId: string;
  status: BuildStatus;
  /** Of the vectors that are being made. */
  generation: number;
  embeddingModel: string;
  dimensions: number;
  embeddingOptions: EmbeddingOptions;
  /** Vectors written. */
  doneCount: number;
  attempts: number;
  errorCode: string | null;
  errorMessage: string | null;
  createdAt: Date;
  updatedAt: Date;
}

/** One change of a store's model. Every write names it and does nothing once it has ended or another has taken its place. */
export interface BuildScope extends VectorStoreScope {
  buildId: string;
}

const COLUMNS = `
  vector_store_id AS "vectorStoreId", build_id AS "buildId", status, generation, embedding_model AS "embeddingModel",
  dimensions, embedding_options AS "embeddingOptions", done_count AS "doneCount", attempts,
  error_code AS "errorCode", error_message AS "errorMessage", created_at AS "createdAt", updated_at AS "updatedAt"`;

const MINE = "team_id = $1 AND vector_store_id = $2 AND build_id = $3 AND status = 'in_progress'";

function scopeValues(scope: BuildScope): string[] {
  return [scope.teamId, scope.vectorStoreId, scope.buildId];
}

/**
 * The last builds of those of `ids` that had one, by the store's id.
 * @throws AppError database_unavailable
 */
export async function findBuilds(teamId: string, ids: readonly string[]): Promise<Map<string, BuildRow>> {
  const { rows } = await mapped(() =>
    pool().query<BuildRow>(
      `SELECT ${COLUMNS} FROM vector_store_build WHERE team_id = $1 AND vector_store_id = ANY ($2::text[])`,
      [teamId, ids],
    ),
  );
  return new Map(rows.map((row) => [row.vectorStoreId, row]));
}

/**
 * Begins a build in the place of the store's last one, under a generation that no build before it had. False when one for
 * the same settings runs already: it goes on.
 * @throws AppError database_unavailable
 */
export async function startBuild(
  scope: BuildScope,
  build: Pick<BuildRow, "embeddingModel" | "dimensions" | "embeddingOptions"> & { now: Date },
  tx: TransactionClient,
): Promise<boolean> {
  const { teamId, vectorStoreId, buildId } = scope;
  const { embeddingModel, dimensions, now } = build;
  const options = JSON.stringify(build.embeddingOptions);
  const started = await mapped(
    () => tx.$executeRaw`
      INSERT INTO vector_store_build AS b (team_id, vector_store_id, build_id, status, generation, embedding_model,
                                           dimensions, embedding_options, created_at, updated_at)
      SELECT v.team_id, v.id, ${buildId}, 'in_progress', v.generation + 1, ${embeddingModel}, ${dimensions}::int,
             ${options}::jsonb, ${now}, ${now}
      FROM vector_store v WHERE v.team_id = ${teamId} AND v.id = ${vectorStoreId}
      ON CONFLICT (team_id, vector_store_id) DO UPDATE SET
        build_id = excluded.build_id, status = 'in_progress', generation = greatest(b.generation + 1, excluded.generation),
        embedding_model = excluded.embedding_model, dimensions = excluded.dimensions,
        embedding_options = excluded.embedding_options, done_count = 0, attempts = 0, error_code = NULL,
        error_message = NULL, created_at = excluded.created_at, updated_at = excluded.updated_at, swept_at = NULL
      WHERE (b.status, b.embedding_model, b.dimensions, b.embedding_options)
        IS DISTINCT FROM ('in_progress', excluded.embedding_model, excluded.dimensions, excluded.embedding_options)`,
  );
  return started === 1;
}

/**
 * Ends the store's build, if one runs; what it has written is swept. False when none does.
 * @throws AppError database_unavailable
 */
export async function cancelBuild(scope: VectorStoreScope, now: Date, tx?: TransactionClient): Promise<boolean> {
  const { count } = await mapped(() =>
    (tx ?? prisma()).vectorStoreBuild.updateMany({
      where: { teamId: scope.teamId, vectorStoreId: scope.vectorStoreId, status: "in_progress" },
      data: { status: "cancelled", updatedAt: now },
    }),
  );
  return count === 1;
}

/**
 * Counts a start of the build, and the vectors that earlier starts left; null when it is no longer wanted.
 * @throws AppError database_unavailable
 */
export async function beginBuild(scope: BuildScope, now: Date): Promise<BuildRow | null> {
  const { rows } = await mapped(() =>
    pool().query<BuildRow>(
      `UPDATE vector_store_build b SET attempts = attempts + 1, updated_at = $4, done_count = (
         SELECT count(*) FROM chunk_embedding e
         WHERE e.team_id = $1 AND e.vector_store_id = $2 AND e.generation = b.generation)
       WHERE ${MINE} RETURNING ${COLUMNS}`,
      [...scopeValues(scope), now],
    ),
  );
  return rows[0] ?? null;
}

/**
 * Ends a build badly; the store stays as it is. False when no longer wanted.
 * @throws AppError database_unavailable
 */
export async function failBuild(
  scope: BuildScope,
  failure: { code: string; message: string; now: Date },
): Promise<boolean> {
  const { rowCount } = await mapped(() =>
    pool().query(
      `UPDATE vector_store_build SET status = 'failed', error_code = $4, error_message = $5, updated_at = $6 WHERE ${MINE}`,
      [...scopeValues(scope), failure.code, failure.message, failure.now],
    ),
  );
  return rowCount === 1;
}

/** `behind`: files were read meanwhile whose vectors are missing. `unwanted`: the build was ended or replaced. */
export type SwitchOutcome = "switched" | "behind" | "unwanted";

/**
 * Makes the build's model and vectors those of the store, in one transaction that no ingestion can end a file in: either
 * the file is there before it and has its new vectors, or its ingestion finds the store changed. `indexed`: the new vectors
 * have an index of their own.
 * @throws AppError database_unavailable
 */
export async function switchGeneration(
  scope: BuildScope,
  build: BuildRow & { indexed: boolean; now: Date },
): Promise<SwitchOutcome> {
  const { teamId, vectorStoreId, buildId } = scope;
  const { generation, embeddingModel, dimensions, embeddingOptions, now } = build;
  return mapped(() =>
    inTransaction(async (tx) => {
      // Everybody locks in this order: the store, its build, its files.
      const [store] = await tx.$queryRaw<{ generation: number }[]>`
        SELECT generation FROM vector_store WHERE team_id = ${teamId} AND id = ${vectorStoreId} FOR UPDATE`;
      const wanted = await tx.$queryRaw<unknown[]>`
        SELECT build_id FROM vector_store_build
        WHERE team_id = ${teamId} AND vector_store_id = ${vectorStoreId} AND build_id = ${buildId}
          AND status = 'in_progress' FOR UPDATE`;
      if (!store || wanted.length === 0) return "unwanted";
      const completed = { teamId, vectorStoreId, status: "completed" };
      const missing = { OR: [{ builtGeneration: null }, { builtGeneration: { not: generation } }] };
      const behind = await tx.vectorStoreFile.findFirst({
        where: { ...completed, ...missing },
        select: { fileId: true },
      });
      if (behind !== null) return "behind";
      // Vectors of a generation are all of one size, as the table stores them.
      await tx.$executeRaw`
        UPDATE vector_store_file s SET usage_bytes = s.usage_bytes + s.chunk_count * (made.bytes - former.bytes)
        FROM (SELECT pg_column_size(embedding) AS bytes FROM chunk_embedding
              WHERE team_id = ${teamId} AND vector_store_id = ${vectorStoreId} AND generation = ${generation} LIMIT 1) made,
             (SELECT pg_column_size(embedding) AS bytes FROM chunk_embedding
              WHERE team_id = ${teamId} AND vector_store_id = ${vectorStoreId} AND generation = ${store.generation}
              LIMIT 1) former
        WHERE s.team_id = ${teamId} AND s.vector_store_id = ${vectorStoreId} AND s.status = 'completed'
          AND s.chunk_count > 0 AND made.bytes <> former.bytes`;
      await tx.vectorStoreBuild.updateMany({
        where: { teamId, vectorStoreId },
        data: { status: "completed", updatedAt: now },
      });
      const pinned = { embeddingModel, dimensions, embeddingOptions: { ...embeddingOptions }, generation };
      await tx.vectorStore.updateMany({
        where: { teamId, id: vectorStoreId },
        data: { ...pinned, indexedGeneration: build.indexed ? generation : null },
      });
      return "switched";
    }),
  );
}

/**
 * Builds of any team that have shown no sign of life since `before`, at most `limit`. They are marked as seen now, so that
 * the next look, on any node, passes them over for a while.
 * @throws AppError database_unavailable
 */
export async function takeStalledBuilds(stalled: { before: Date; now: Date; limit: number }): Promise<BuildScope[]> {
  const { rows } = await mapped(() =>
    pool().query<BuildScope>(
      `UPDATE vector_store_build b SET updated_at = $2
       FROM (SELECT team_id, vector_store_id FROM vector_store_build
             WHERE swept_at IS NULL AND status = 'in_progress' AND updated_at < $1 LIMIT $3 FOR UPDATE SKIP LOCKED) o
       WHERE b.team_id = o.team_id AND b.vector_store_id = o.vector_store_id
       RETURNING b.team_id AS "teamId", b.vector_store_id AS "vectorStoreId", b.build_id AS "buildId"`,
      [stalled.before, stalled.now, stalled.limit],
    ),
  );
  return rows;
}
