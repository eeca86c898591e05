import { pool, prisma, type TransactionClient } from "#server/db/client";
import { idBounds } from "#server/db/files";
import { Prisma } from "#server/db/generated/client";
import { mapped } from "#server/db/mapped";
import type { StoredChunking } from "#server/db/vector-store-files";
import type { EmbeddingOptions, SearchSettings } from "#server/protocol/vector-stores";

export interface VectorStoreRow {
  id: string;
  name: string;
  description: string | null;
  metadata: Record<string, string>;
  embeddingModel: string;
  /** null until the first vector tells. */
  dimensions: number | null;
  embeddingOptions: EmbeddingOptions;
  /** The generation of vectors that searches compare. */
  generation: number;
  /** The generation that has an index of its own; null while searches measure every vector. */
  indexedGeneration: number | null;
  expiresAfterDays: number | null;
  searchSettings: SearchSettings;
  /** How files are cut that come without a strategy of their own; null: as `auto` is. */
  chunkingStrategy: StoredChunking | null;
  createdAt: Date;
  lastActiveAt: Date;
}

export interface VectorStoreScope {
  teamId: string;
  vectorStoreId: string;
}

/** What a store's files add up to, derived when asked for. */
export interface VectorStoreTotals {
  inProgress: number;
  completed: number;
  failed: number;
  cancelled: number;
  total: number;
  usageBytes: number;
  chunkCount: number;
}

const NO_FILES: VectorStoreTotals = {
  inProgress: 0,
  completed: 0,
  failed: 0,
  cancelled: 0,
  total: 0,
  usageBytes: 0,
  chunkCount: 0,
};

const FIELDS = {
  id: true,
  name: true,
  description: true,
  metadata: true,
  embeddingModel: true,
  dimensions: true,
  embeddingOptions: true,
  generation: true,
  indexedGeneration: true,
  expiresAfterDays: true,
  searchSettings: true,
  chunkingStrategy: true,
  createdAt: true,
  lastActiveAt: true,
};

type Validated = "metadata" | "searchSettings" | "embeddingOptions" | "chunkingStrategy";
type StoredRow = Omit<VectorStoreRow, Validated> & Record<Validated, unknown>;

function orDbNull(strategy: StoredChunking | null) {
  return strategy === null ? Prisma.DbNull : { ...strategy };
}

/** Metadata and settings were validated when they were written. */
function toRow(row: StoredRow): VectorStoreRow {
  return {
    ...row,
    metadata: row.metadata as Record<string, string>,
    searchSettings: row.searchSettings as SearchSettings,
    embeddingOptions: row.embeddingOptions as EmbeddingOptions,
    chunkingStrategy: row.chunkingStrategy as StoredChunking | null,
  };
}

/**
 * Stores a new vector store.
 * @throws AppError database_unavailable
 */
export async function insertVectorStore(teamId: string, row: VectorStoreRow, tx: TransactionClient): Promise<void> {
  const data = { ...row, chunkingStrategy: orDbNull(row.chunkingStrategy), teamId };
  await mapped(() => tx.vectorStore.create({ data }));
}

/**
 * The team's vector store, or null.
 * @throws AppError database_unavailable
 */
export async function findVectorStore(scope: VectorStoreScope, tx?: TransactionClient): Promise<VectorStoreRow | null> {
  return mapped(async () => {
    const where = { teamId: scope.teamId, id: scope.vectorStoreId };
    const row = await (tx ?? prisma()).vectorStore.findFirst({ where, select: FIELDS });
    return row && toRow(row);
  });
}

/**
 * How files of the team's store are cut, or null when the team has none of that id. It stays until the caller's transaction
 * ends.
 * @throws AppError database_unavailable
 */
export async function holdVectorStore(
  scope: VectorStoreScope,
  tx: TransactionClient,
): Promise<Pick<VectorStoreRow, "chunkingStrategy"> | null> {
  const rows = await mapped(
    () => tx.$queryRaw<Pick<VectorStoreRow, "chunkingStrategy">[]>`
      SELECT chunking_strategy AS "chunkingStrategy" FROM vector_store
      WHERE team_id = ${scope.teamId} AND id = ${scope.vectorStoreId} FOR KEY SHARE`,
  );
  return rows[0] ?? null;
}

/**
 * The team's vector stores among `ids`, in any order.
 * @throws AppError database_unavailable
 */
export async function findVectorStores(teamId: string, ids: readonly string[]): Promise<VectorStoreRow[]> {
  return mapped(async () => {
    const rows = await prisma().vectorStore.findMany({ where: { teamId, id: { in: [...ids] } }, select: FIELDS });
    return rows.map(toRow);
  });
}

/**
 * The team's vector stores by creation, at most `limit`.
 * @throws AppError database_unavailable
 */
export async function listVectorStores(query: {
  teamId: string;
  limit: number;
  order: "asc" | "desc";
  after: string | null;
  before: string | null;
}): Promise<VectorStoreRow[]> {
  return mapped(async () => {
    const rows = await prisma().vectorStore.findMany({
      where: { teamId: query.teamId, AND: idBounds(query) },
      select: FIELDS,
      orderBy: { id: query.order },
      take: query.limit,
    });
    return rows.map(toRow);
  });
}

export type VectorStoreChange = Partial<
  Pick<
    VectorStoreRow,
    "name" | "description" | "metadata" | "expiresAfterDays" | "searchSettings" | "chunkingStrategy" | "lastActiveAt"
  >
>;

/**
 * Changes a store; null when the team has none of that id.
 * @throws AppError database_unavailable
 */
export async function updateVectorStore(
  scope: VectorStoreScope,
  change: VectorStoreChange,
): Promise<VectorStoreRow | null> {
  const { chunkingStrategy, ...others } = change;
  return mapped(async () => {
    const rows = await prisma().vectorStore.updateManyAndReturn({
      where: { teamId: scope.teamId, id: scope.vectorStoreId },
      data: { ...others, ...(chunkingStrategy === undefined ? {} : { chunkingStrategy: orDbNull(chunkingStrategy) }) },
      select: FIELDS,
    });
    return rows[0] ? toRow(rows[0]) : null;
  });
}

/**
 * Deletes a store with its files' chunks; the files stay. Answers whether there was one.
 * @throws AppError database_unavailable
 */
export async function deleteVectorStore(scope: VectorStoreScope): Promise<boolean> {
  return mapped(async () => {
    const sql = "DELETE FROM vector_store WHERE team_id = $1 AND id = $2";
    const { rowCount } = await pool().query(sql, [scope.teamId, scope.vectorStoreId]);
    return rowCount === 1;
  });
}

/**
 * Notes that stores were used, at most once a second each: searches share the row. Without a statement where the rows,
 * just read, say so already.
 * @throws AppError database_unavailable
 */
export async function touchVectorStores(use: {
  teamId: string;
  stores: readonly Pick<VectorStoreRow, "id" | "lastActiveAt">[];
  now: Date;
}): Promise<void> {
  const since = new Date(use.now.getTime() - 1000);
  const ids = use.stores.filter((store) => store.lastActiveAt < since).map((store) => store.id);
  if (ids.length === 0) return;
  await mapped(() =>
    prisma().vectorStore.updateMany({
      where: { teamId: use.teamId, id: { in: ids }, lastActiveAt: { lt: since } },
      data: { lastActiveAt: use.now },
    }),
  );
}

/**
 * Pins the number of dimensions once the first vector has told it.
 * @throws AppError database_unavailable
 */
export async function pinDimensions(scope: VectorStoreScope, dimensions: number): Promise<void> {
  await mapped(() =>
    prisma().vectorStore.updateMany({
      where: { teamId: scope.teamId, id: scope.vectorStoreId, dimensions: null },
      data: { dimensions },
    }),
  );
}

/**
 * What the files of each of `ids` add up to.
 * @throws AppError database_unavailable
 */
export async function readTotals(teamId: string, ids: readonly string[]): Promise<(id: string) => VectorStoreTotals> {
  const { rows } = await mapped(() =>
    pool().query<VectorStoreTotals & { id: string }>(
      `SELECT vector_store_id AS id,
              count(*) FILTER (WHERE status = 'in_progress')::int AS "inProgress",
              count(*) FILTER (WHERE status = 'completed')::int AS completed,
              count(*) FILTER (WHERE status = 'failed')::int AS failed,
              count(*) FILTER (WHERE status = 'cancelled')::int AS cancelled,
              count(*)::int AS total,
              coalesce(sum(usage_bytes), 0)::float8 AS "usageBytes",
              coalesce(sum(chunk_count), 0)::float8 AS "chunkCount"
       FROM vector_store_file WHERE team_id = $1 AND vector_store_id = ANY ($2::text[])
       GROUP BY vector_store_id`,
      [teamId, ids],
    ),
  );
  const byId = new Map(rows.map(({ id, ...totals }) => [id, totals]));
  return (id) => byId.get(id) ?? NO_FILES;
}
