import { clock, toSeconds } from "#server/clock";
import { type BuildRow, findBuilds } from "#server/db/vector-store-builds";
import { findVectorStore, readTotals, type VectorStoreRow, type VectorStoreTotals } from "#server/db/vector-stores";
import { AppError } from "#server/errors";
import type { EmbeddingBuildObject, EmbeddingObject, VectorStoreObject } from "#server/protocol/vector-stores";
import type { ServiceContext } from "#server/services/context";
import { toChunkingObject } from "#server/services/vector-stores/chunking";
import type { PinnedEmbedding } from "#server/services/vector-stores/open-store-model";

const DAY_MS = 24 * 3600 * 1000;

/** A store with what its files add up to. */
export interface VectorStoreView extends VectorStoreRow {
  status: "expired" | "in_progress" | "completed";
  expiresAt: Date | null;
  totals: VectorStoreTotals;
  /** The last change of its embedding model, `doneCount` of `totals.chunkCount` passages done; null: there was none. */
  build: BuildRow | null;
}

/**
 * The stores with their totals and builds, read in a query each. A store whose model has changed since `rows` were read is
 * read again: a build that is completed stands beside what it has made.
 * @throws AppError database_unavailable
 */
export async function toViews(teamId: string, rows: readonly VectorStoreRow[]): Promise<VectorStoreView[]> {
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.id);
  const [totalsOf, builds] = await Promise.all([readTotals(teamId, ids), findBuilds(teamId, ids)]);
  const current = async (row: VectorStoreRow): Promise<VectorStoreView> => {
    const build = builds.get(row.id) ?? null;
    const isPast = build?.status === "completed" && build.generation > row.generation;
    const fresh = isPast ? await findVectorStore({ teamId, vectorStoreId: row.id }) : null;
    return toView(fresh ?? row, totalsOf(row.id), build);
  };
  return Promise.all(rows.map(current));
}

function toView(row: VectorStoreRow, totals: VectorStoreTotals, build: BuildRow | null): VectorStoreView {
  const expiresAt = expiryOf(row);
  const running = totals.inProgress > 0 ? "in_progress" : "completed";
  return { ...row, totals, build, expiresAt, status: isExpired(row) ? "expired" : running };
}

/** When a store ends if nobody uses it, or null. */
function expiryOf(row: VectorStoreRow): Date | null {
  return row.expiresAfterDays === null ? null : new Date(row.lastActiveAt.getTime() + row.expiresAfterDays * DAY_MS);
}

/** True once a store has gone unused for as long as it was given. */
export function isExpired(row: VectorStoreRow): boolean {
  const expiresAt = expiryOf(row);
  return expiresAt !== null && expiresAt.getTime() <= clock().now();
}

/** A store in the API's shape. */
export function toVectorStoreObject(view: VectorStoreView): VectorStoreObject {
  const { totals } = view;
  return {
    id: view.id,
    object: "vector_store",
    created_at: toSeconds(view.createdAt.getTime()),
    name: view.name,
    description: view.description,
    usage_bytes: totals.usageBytes,
    file_counts: {
      in_progress: totals.inProgress,
      completed: totals.completed,
      failed: totals.failed,
      cancelled: totals.cancelled,
      total: totals.total,
    },
    status: view.status,
    ...(view.expiresAfterDays === null
      ? {}
      : { expires_after: { anchor: "last_active_at", days: view.expiresAfterDays } }),
    expires_at: view.expiresAt && toSeconds(view.expiresAt.getTime()),
    last_active_at: toSeconds(view.lastActiveAt.getTime()),
    metadata: view.metadata,
    ...(Object.keys(view.searchSettings).length === 0 ? {} : { search_settings: view.searchSettings }),
    ...(view.chunkingStrategy === null ? {} : { chunking_strategy: toChunkingObject(view.chunkingStrategy) }),
    embedding: toEmbeddingObject(view),
    ...(view.build === null ? {} : { embedding_build: toBuildObject(view.build, totals.chunkCount) }),
  };
}

function toEmbeddingObject({ embeddingModel: model, dimensions, embeddingOptions }: PinnedEmbedding): EmbeddingObject {
  const { reduce_to: _, ...prefixes } = embeddingOptions;
  return { model, dimensions, ...prefixes };
}

function toBuildObject(build: BuildRow, passages: number): EmbeddingBuildObject {
  const { errorCode: code, errorMessage: message } = build;
  return {
    status: build.status,
    embedding: toEmbeddingObject(build),
    // Passages may go while others are embedded.
    vector_counts: { completed: Math.min(build.doneCount, passages), total: passages },
    error: code === null ? null : { code, message: message ?? "" },
    created_at: toSeconds(build.createdAt.getTime()),
    updated_at: toSeconds(build.updatedAt.getTime()),
  };
}

/** The answer to an id that the team has no vector store of. */
export function vectorStoreNotFound(vectorStoreId: string, param?: string): AppError {
  return new AppError("not_found", `Vector store with id '${vectorStoreId}' not found.`, {
    wireCode: null,
    param: param ?? "vector_store_id",
  });
}

/** The answer to the use of a store that went unused for too long. Its files are still there. */
export function vectorStoreExpired(vectorStoreId: string, param: string): AppError {
  const message = `Vector store with id '${vectorStoreId}' has expired. Update it (name, metadata or expires_after) to use it again.`;
  return new AppError("invalid_request", message, { wireCode: null, param });
}

/**
 * The team's vector store, without what its files add up to.
 * @throws AppError not_found, database_unavailable
 */
export async function requireVectorStore(ctx: ServiceContext, vectorStoreId: string): Promise<VectorStoreRow> {
  const row = await findVectorStore({ teamId: ctx.principal.teamId, vectorStoreId });
  if (row === null) throw vectorStoreNotFound(vectorStoreId);
  return row;
}
