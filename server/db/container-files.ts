import { inTransaction, prisma, type TransactionClient } from "#server/db/client";
import { type ContainerScope, touchContainer } from "#server/db/containers";
import { idBounds } from "#server/db/files";
import { mapped } from "#server/db/mapped";

/** A file of a container. Its bytes are a blob under `blobId`. */
export interface ContainerFileRow {
  id: string;
  path: string;
  bytes: number;
  sha256: string;
  source: "user" | "assistant";
  blobId: string;
  createdAt: Date;
}

const FIELDS = { id: true, path: true, bytes: true, sha256: true, source: true, blobId: true, createdAt: true };

/** The source was written by this file. */
function toRow(row: Omit<ContainerFileRow, "bytes" | "source"> & { bytes: bigint; source: string }): ContainerFileRow {
  return { ...row, bytes: Number(row.bytes), source: row.source as ContainerFileRow["source"] };
}

/** The files of a container after a change, at most. */
export interface FileBounds {
  maxBytes: number;
  maxFiles: number;
}

/**
 * Puts files whose blobs are complete into a container, over those at the same paths, which keep their ids; and takes the
 * blobs' announcements back: all or nothing. Returns the files as they are now; `full`, and changes nothing, when they
 * are too many or too large together; null when there is no such container or it has expired.
 * @throws AppError database_unavailable
 */
export async function putContainerFiles(
  scope: ContainerScope,
  files: readonly ContainerFileRow[],
  { now, bounds }: { now: Date; bounds: FileBounds },
): Promise<ContainerFileRow[] | "full" | null> {
  return mapped(() =>
    inTransaction(async (tx) => {
      if ((await touchContainer(scope, now, tx)) === null) return null;
      const before = await findFiles(scope, tx);
      const after = new Map(before.map((file) => [file.path, file]));
      const put = files.map((file) => ({ ...file, id: after.get(file.path)?.id ?? file.id }));
      for (const file of put) after.set(file.path, file);
      const bytes = [...after.values()].reduce((sum, file) => sum + file.bytes, 0);
      if (after.size > bounds.maxFiles || bytes > bounds.maxBytes) return "full";
      for (const file of put) await putFile(scope, file, tx);
      return put;
    }),
  );
}

async function putFile({ teamId, containerId }: ContainerScope, file: ContainerFileRow, tx: TransactionClient) {
  const { id, ...changing } = { ...file, bytes: BigInt(file.bytes) };
  const where = { teamId_containerId_path: { teamId, containerId, path: file.path } };
  const old = await tx.containerFile.findUnique({ where, select: { blobId: true } });
  await tx.containerFile.upsert({ where, create: { teamId, containerId, id, ...changing }, update: changing });
  await tx.blobGarbage.deleteMany({ where: { teamId, blobId: file.blobId } });
  if (old) await discardBlobs(teamId, [old.blobId], tx);
}

/** The sweep removes the blobs at its next turn. */
async function discardBlobs(teamId: string, blobIds: readonly string[], tx: TransactionClient): Promise<void> {
  const data = blobIds.map((blobId) => ({ teamId, blobId, createdAt: new Date(0) }));
  await tx.blobGarbage.createMany({ data, skipDuplicates: true });
}

/**
 * All files of a container, by their paths.
 * @throws AppError database_unavailable
 */
export async function findContainerFiles(scope: ContainerScope): Promise<ContainerFileRow[]> {
  return mapped(() => findFiles(scope, prisma()));
}

async function findFiles({ teamId, containerId }: ContainerScope, client: Pick<TransactionClient, "containerFile">) {
  const where = { teamId, containerId };
  const rows = await client.containerFile.findMany({ where, select: FIELDS, orderBy: { path: "asc" } });
  return rows.map(toRow);
}

/**
 * A file of the container's, or null.
 * @throws AppError database_unavailable
 */
export async function findContainerFile(
  { teamId, containerId }: ContainerScope,
  id: string,
): Promise<ContainerFileRow | null> {
  return mapped(async () => {
    const row = await prisma().containerFile.findFirst({ where: { teamId, containerId, id }, select: FIELDS });
    return row && toRow(row);
  });
}

/**
 * A container's files by creation, at most `limit`.
 * @throws AppError database_unavailable
 */
export async function listContainerFiles(
  { teamId, containerId }: ContainerScope,
  query: { limit: number; order: "asc" | "desc"; after: string | null; before: string | null },
): Promise<ContainerFileRow[]> {
  return mapped(async () => {
    const rows = await prisma().containerFile.findMany({
      where: { teamId, containerId, AND: idBounds(query) },
      select: FIELDS,
      orderBy: { id: query.order },
      take: query.limit,
    });
    return rows.map(toRow);
  });
}

/**
 * Takes files out of a container, by id or by path, and leaves their blobs to the sweep. Answers how many there were;
 * null when there is no such container or it has expired.
 * @throws AppError database_unavailable
 */
export async function removeContainerFiles(
  scope: ContainerScope,
  which: { ids: readonly string[] } | { paths: readonly string[] },
  now: Date,
): Promise<number | null> {
  const { teamId, containerId } = scope;
  const named = "ids" in which ? { id: { in: [...which.ids] } } : { path: { in: [...which.paths] } };
  return mapped(() =>
    inTransaction(async (tx) => {
      if ((await touchContainer(scope, now, tx)) === null) return null;
      const where = { teamId, containerId, ...named };
      const rows = await tx.containerFile.findMany({ where, select: { blobId: true } });
      await discardBlobs(
        teamId,
        rows.map(({ blobId }) => blobId),
        tx,
      );
      const { count } = await tx.containerFile.deleteMany({ where });
      return count;
    }),
  );
}
