import { pool, prisma, type TransactionClient } from "#server/db/client";
import { mapped } from "#server/db/mapped";
import {
  type FileStatus,
  STORE_FILE_COLUMNS,
  STORE_FILE_FROM,
  type VectorStoreFileRow,
} from "#server/db/vector-store-files";
import type { VectorStoreScope } from "#server/db/vector-stores";

/** Which files of a store are meant. */
export interface StoreFileFilter {
  status: FileStatus | null;
  /** Part of the name, in any case. */
  name: string | null;
}

export type StoreFileSort = "added" | "name" | "size" | "chunks";

const SORT_KEYS: Record<StoreFileSort, string> = {
  added: "s.created_at",
  name: "lower(f.filename)",
  size: "f.bytes",
  chunks: "s.chunk_count",
};

function conditionsOf(filter: StoreFileFilter, add: (value: unknown) => string): string[] {
  return [
    "s.team_id = $1 AND s.vector_store_id = $2",
    ...(filter.status === null ? [] : [`s.status = ${add(filter.status)}`]),
    ...(filter.name === null ? [] : [`strpos(lower(f.filename), lower(${add(filter.name)})) > 0`]),
  ];
}

/**
 * A page of a store's files, filtered and sorted. A cursor (the last file of the page before) that is not in the store
 * finds none.
 * @throws AppError database_unavailable
 */
export async function browseStoreFiles(
  store: VectorStoreScope,
  page: StoreFileFilter & { sort: StoreFileSort; order: "asc" | "desc"; after: string | null; limit: number },
): Promise<VectorStoreFileRow[]> {
  const values: unknown[] = [store.teamId, store.vectorStoreId, page.limit];
  const add = (value: unknown) => `$${values.push(value)}`;
  const key = SORT_KEYS[page.sort];
  const conditions = conditionsOf(page, add);
  if (page.after !== null) {
    conditions.push(`(${key}, s.file_id) ${page.order === "asc" ? ">" : "<"} (
      SELECT ${key}, s.file_id ${STORE_FILE_FROM}
      WHERE s.team_id = $1 AND s.vector_store_id = $2 AND s.file_id = ${add(page.after)})`);
  }
  const { rows } = await mapped(() =>
    pool().query<VectorStoreFileRow>(
      `SELECT ${STORE_FILE_COLUMNS} ${STORE_FILE_FROM} WHERE ${conditions.join(" AND ")}
       ORDER BY ${key} ${page.order}, s.file_id ${page.order} LIMIT $3`,
      values,
    ),
  );
  return rows;
}

/**
 * Ids of the store's files that a filter keeps, oldest first, at most `limit`.
 * @throws AppError database_unavailable
 */
export async function listStoreFileIds(
  store: VectorStoreScope,
  filter: StoreFileFilter,
  limit: number,
): Promise<string[]> {
  const values: unknown[] = [store.teamId, store.vectorStoreId, limit];
  const conditions = conditionsOf(filter, (value) => `$${values.push(value)}`);
  const { rows } = await mapped(() =>
    pool().query<{ id: string }>(
      `SELECT s.file_id AS id ${STORE_FILE_FROM} WHERE ${conditions.join(" AND ")}
       ORDER BY s.created_at, s.file_id LIMIT $3`,
      values,
    ),
  );
  return rows.map((row) => row.id);
}

/**
 * Takes files and their chunks out of a store; the files stay. Answers how many were there.
 * @throws AppError database_unavailable
 */
export async function deleteStoreFiles(
  store: VectorStoreScope,
  fileIds: readonly string[],
  tx?: TransactionClient,
): Promise<number> {
  const { teamId, vectorStoreId } = store;
  return mapped(
    () => (tx ?? prisma()).$executeRaw`
      DELETE FROM vector_store_file
      WHERE team_id = ${teamId} AND vector_store_id = ${vectorStoreId} AND file_id = ANY (${[...fileIds]}::text[])`,
  );
}

/** A file of a store whose content another file has, too. */
export interface Duplicate {
  fileId: string;
  /** The file of the store with the same content, the one that was there first. */
  presentId: string;
  presentName: string;
}

/**
 * Those of the team's `fileIds` whose content is in the store already under another id.
 * @throws AppError database_unavailable
 */
export async function findDuplicates(store: VectorStoreScope, fileIds: readonly string[]): Promise<Duplicate[]> {
  const { rows } = await mapped(() =>
    pool().query<Duplicate>(
      `SELECT DISTINCT ON (n.id) n.id AS "fileId", f.id AS "presentId", f.filename AS "presentName"
       FROM file n
       JOIN file f ON f.team_id = n.team_id AND f.sha256 = n.sha256 AND f.id <> n.id
       JOIN vector_store_file s ON s.team_id = f.team_id AND s.file_id = f.id AND s.vector_store_id = $2
       WHERE n.team_id = $1 AND n.id = ANY ($3::text[])
       ORDER BY n.id, s.created_at, f.id`,
      [store.teamId, store.vectorStoreId, fileIds],
    ),
  );
  return rows;
}
