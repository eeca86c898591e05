import { inTransaction, pool, prisma, type TransactionClient } from "#server/db/client";
import { idBounds } from "#server/db/files";
import { mapped } from "#server/db/mapped";

/** Where code of the code interpreter runs. */
export interface ContainerRow {
  id: string;
  name: string;
  memoryMb: number;
  expiresAfterMinutes: number;
  /** The interpreter that ran the last call; null before the first. */
  session: string | null;
  createdAt: Date;
  lastActiveAt: Date;
}

export interface ContainerScope {
  teamId: string;
  containerId: string;
}

const FIELDS = {
  id: true,
  name: true,
  memoryMb: true,
  expiresAfterMinutes: true,
  session: true,
  createdAt: true,
  lastActiveAt: true,
};

const MINUTE_MS = 60_000;

/**
 * Stores a new container.
 * @throws AppError database_unavailable
 */
export async function insertContainer(teamId: string, row: ContainerRow): Promise<void> {
  const expiresAt = new Date(row.lastActiveAt.getTime() + row.expiresAfterMinutes * MINUTE_MS);
  await mapped(() => prisma().container.create({ data: { ...row, teamId, expiresAt } }));
}

/**
 * Uses the team's container, which puts off its end, and returns it; null when there is none or it has expired. In a
 * transaction, nobody else changes or deletes it until that ends.
 * @throws AppError database_unavailable
 */
export async function touchContainer(
  { teamId, containerId }: ContainerScope,
  now: Date,
  tx?: TransactionClient,
): Promise<ContainerRow | null> {
  const rows = await mapped(
    () => (tx ?? prisma()).$queryRaw<ContainerRow[]>`
      UPDATE container SET last_active_at = ${now},
             expires_at = ${now}::timestamptz + expires_after_minutes * interval '1 minute'
      WHERE team_id = ${teamId} AND id = ${containerId} AND expires_at > ${now}
      RETURNING id, name, memory_mb AS "memoryMb", expires_after_minutes AS "expiresAfterMinutes", session,
                created_at AS "createdAt", last_active_at AS "lastActiveAt"`,
  );
  return rows[0] ?? null;
}

/**
 * The first of `ids` that is a container of the team's and has not expired, in their order; null for none.
 * @throws AppError database_unavailable
 */
export async function findFirstContainer(teamId: string, ids: readonly string[], now: Date): Promise<string | null> {
  if (ids.length === 0) return null;
  return mapped(async () => {
    const where = { teamId, id: { in: [...ids] }, expiresAt: { gt: now } };
    const rows = await prisma().container.findMany({ where, select: { id: true } });
    return ids.find((id) => rows.some((row) => row.id === id)) ?? null;
  });
}

export interface ContainerListQuery {
  teamId: string;
  limit: number;
  order: "asc" | "desc";
  after: string | null;
  before: string | null;
  name: string | null;
  now: Date;
}

/**
 * The team's containers by creation, at most `limit`.
 * @throws AppError database_unavailable
 */
export async function listContainers(query: ContainerListQuery): Promise<ContainerRow[]> {
  const { teamId, limit, order, name, now } = query;
  const named = name === null ? {} : { name };
  const where = { teamId, ...named, expiresAt: { gt: now }, AND: idBounds(query) };
  return mapped(() => prisma().container.findMany({ where, select: FIELDS, orderBy: { id: order }, take: limit }));
}

/**
 * Deletes a container and its files, and leaves their blobs to the sweep, due at once. Answers whether there was one;
 * with `expiredBy`, one that has not ended by then stays.
 * @throws AppError database_unavailable
 */
export async function deleteContainer({ teamId, containerId }: ContainerScope, expiredBy?: Date): Promise<boolean> {
  return mapped(() =>
    inTransaction(async (tx) => {
      // Held, so that no file is added between the two statements.
      const held = await tx.$queryRaw<{ expiresAt: Date }[]>`
        SELECT expires_at AS "expiresAt" FROM container WHERE team_id = ${teamId} AND id = ${containerId} FOR UPDATE`;
      const [row] = held;
      if (!row || (expiredBy && row.expiresAt > expiredBy)) return false;
      await tx.$executeRaw`
        WITH gone AS (
          DELETE FROM container_file WHERE team_id = ${teamId} AND container_id = ${containerId} RETURNING blob_id)
        INSERT INTO blob_garbage (team_id, blob_id, created_at) SELECT ${teamId}, blob_id, 'epoch' FROM gone
        ON CONFLICT DO NOTHING`;
      await tx.container.delete({ where: { teamId_id: { teamId, id: containerId } } });
      return true;
    }),
  );
}

/**
 * Containers of any team that have expired, at most `limit`.
 * @throws AppError database_unavailable
 */
export async function findExpiredContainers(now: Date, limit: number): Promise<ContainerScope[]> {
  const rows = await mapped(() =>
    prisma().container.findMany({
      where: { expiresAt: { lte: now } },
      select: { teamId: true, id: true },
      take: limit,
    }),
  );
  return rows.map(({ teamId, id }) => ({ teamId, containerId: id }));
}

/**
 * Begins a call in a container: no other begins, on any node, until {@link endCall} or `until`. Returns the interpreter
 * that ran the last call; `busy` while another runs; null when there is no such container or it has expired.
 * @throws AppError database_unavailable
 */
export async function beginCall(
  scope: ContainerScope,
  { now, until }: { now: Date; until: Date },
): Promise<{ session: string | null } | "busy" | null> {
  return mapped(async () => {
    const { rows } = await pool().query<{ session: string | null }>(
      `UPDATE container SET busy_until = $4, last_active_at = $3,
              expires_at = GREATEST($4::timestamptz, $3::timestamptz + expires_after_minutes * interval '1 minute')
       WHERE team_id = $1 AND id = $2 AND expires_at > $3 AND (busy_until IS NULL OR busy_until <= $3)
       RETURNING session`,
      [scope.teamId, scope.containerId, now, until],
    );
    if (rows[0]) return rows[0];
    return (await findFirstContainer(scope.teamId, [scope.containerId], now)) === null ? null : "busy";
  });
}

/**
 * Ends a call: `session` names the interpreter that has its variables, if one has.
 * @throws AppError database_unavailable
 */
export async function endCall(scope: ContainerScope, { now, session }: { now: Date; session: string }): Promise<void> {
  await mapped(() =>
    pool().query(
      `UPDATE container SET busy_until = NULL, session = $4, last_active_at = $3,
              expires_at = $3::timestamptz + expires_after_minutes * interval '1 minute'
       WHERE team_id = $1 AND id = $2`,
      [scope.teamId, scope.containerId, now, session],
    ),
  );
}
