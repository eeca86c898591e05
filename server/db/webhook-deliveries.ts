import { z } from "zod";
import { prisma } from "#server/db/client";
import { mapped } from "#server/db/mapped";
import { queryRows } from "#server/db/query";

/** A delivery as it is announced, with the response it is about. Times are epoch milliseconds. */
export interface NewDelivery {
  teamId: string;
  id: string;
  endpointId: string;
  eventId: string;
  eventType: string;
  responseId: string;
  /** The body, byte for byte as it is signed and sent. */
  payload: string;
  createdAt: number;
  retryUntil: number;
}

const StoredAttempts = z.array(
  z.object({
    /** 1 for the first. */
    number: z.number(),
    /** Epoch milliseconds. */
    startedAt: z.number(),
    durationMs: z.number(),
    /** HTTP status; null when there was no answer. */
    status: z.number().nullable(),
    /** What went wrong; null when it was delivered. */
    error: z.string().nullable(),
    /** The beginning of the answer's body. */
    snippet: z.string(),
  }),
);

export type DeliveryAttempt = z.infer<typeof StoredAttempts>[number];

export type DeliveryStatus = "pending" | "delivered" | "failed" | "stopped";

export interface DeliveryRow {
  teamId: string;
  id: string;
  endpointId: string;
  eventId: string;
  eventType: string;
  responseId: string;
  payload: string;
  status: DeliveryStatus;
  /** The newest ones. */
  attempts: DeliveryAttempt[];
  attemptCount: number;
  nextAttemptAt: Date | null;
  retryUntil: Date;
  createdAt: Date;
  endedAt: Date | null;
}

export interface DeliveryKey {
  teamId: string;
  id: string;
}

const COLUMNS = `team_id AS "teamId", id, endpoint_id AS "endpointId", event_id AS "eventId", event_type AS "eventType",
  response_id AS "responseId", payload, status, attempts, attempt_count AS "attemptCount",
  next_attempt_at AS "nextAttemptAt", retry_until AS "retryUntil", created_at AS "createdAt", ended_at AS "endedAt"`;

const KEPT_ATTEMPTS = 30;

type StoredDelivery = Omit<DeliveryRow, "attempts"> & { attempts: unknown };

function toRow(stored: StoredDelivery): DeliveryRow {
  return { ...stored, attempts: StoredAttempts.parse(stored.attempts) };
}

/**
 * The statement that announces deliveries, for use as a part of the one that stores their responses; its nine arrays
 * begin at parameter `$first`. Endpoints that are gone or disabled by now are left out.
 */
export function deliveryInsert(first: number): string {
  const types = ["text", "text", "text", "text", "text", "text", "text", "float8", "float8"];
  const arrays = types.map((type, index) => `$${first + index}::${type}[]`).join(", ");
  return `INSERT INTO webhook_delivery (team_id, id, endpoint_id, event_id, event_type, response_id, payload, status,
                                next_attempt_at, created_at, retry_until)
  SELECT d.team_id, d.id, d.endpoint_id, d.event_id, d.event_type, d.response_id, d.payload, 'pending',
         to_timestamp(d.created_ms / 1000.0), to_timestamp(d.created_ms / 1000.0), to_timestamp(d.retry_ms / 1000.0)
  FROM unnest(${arrays})
    AS d (team_id, id, endpoint_id, event_id, event_type, response_id, payload, created_ms, retry_ms)
  JOIN webhook_endpoint e ON e.team_id = d.team_id AND e.id = d.endpoint_id AND e.enabled`;
}

/** The nine arrays of {@link deliveryInsert}. */
export function deliveryColumns(rows: readonly NewDelivery[]): unknown[] {
  return [
    rows.map((row) => row.teamId),
    rows.map((row) => row.id),
    rows.map((row) => row.endpointId),
    rows.map((row) => row.eventId),
    rows.map((row) => row.eventType),
    rows.map((row) => row.responseId),
    rows.map((row) => row.payload),
    rows.map((row) => row.createdAt),
    rows.map((row) => row.retryUntil),
  ];
}

/**
 * Announces deliveries that belong to no response that is stored now.
 * @throws AppError database_unavailable
 */
export async function insertDeliveries(rows: readonly NewDelivery[]): Promise<void> {
  await queryRows(deliveryInsert(1), deliveryColumns(rows));
}

const DUE = "status = 'pending' AND next_attempt_at <= $1 AND (leased_until IS NULL OR leased_until <= $1)";

/**
 * Takes a delivery for one attempt, which is then nobody else's until `leasedUntil`. Null when it is not due, done,
 * gone, or taken.
 * @throws AppError database_unavailable
 */
export async function claimDelivery(
  { teamId, id }: DeliveryKey,
  { now, leasedUntil }: { now: Date; leasedUntil: Date },
): Promise<DeliveryRow | null> {
  const [row] = await queryRows<StoredDelivery>(
    `UPDATE webhook_delivery SET leased_until = $2 WHERE team_id = $3 AND id = $4 AND ${DUE} RETURNING ${COLUMNS}`,
    [now, leasedUntil, teamId, id],
  );
  return row ? toRow(row) : null;
}

export interface AttemptOutcome {
  attempt: DeliveryAttempt;
  status: "pending" | "delivered" | "failed";
  /** Set when it stays pending. */
  nextAttemptAt: Date | null;
  now: Date;
}

/**
 * Notes how an attempt ended, unless its lease was lost meanwhile.
 * @throws AppError database_unavailable
 */
export async function recordAttempt(
  delivery: DeliveryRow,
  leasedUntil: Date,
  { attempt, status, nextAttemptAt, now }: AttemptOutcome,
): Promise<void> {
  const attempts = [...delivery.attempts, attempt].slice(-KEPT_ATTEMPTS);
  await queryRows(
    `UPDATE webhook_delivery SET attempts = $4, attempt_count = attempt_count + 1, status = $5, next_attempt_at = $6,
            ended_at = $7, leased_until = NULL
     WHERE team_id = $1 AND id = $2 AND leased_until = $3`,
    [
      ...[delivery.teamId, delivery.id, leasedUntil, JSON.stringify(attempts), status, nextAttemptAt],
      status === "pending" ? null : now,
    ],
  );
}

/**
 * Ends a pending delivery without a further attempt: its endpoint is disabled.
 * @throws AppError database_unavailable
 */
export async function stopDelivery({ teamId, id }: DeliveryKey, now: Date): Promise<void> {
  await queryRows(
    `UPDATE webhook_delivery SET status = 'stopped', next_attempt_at = NULL, leased_until = NULL, ended_at = $3
     WHERE team_id = $1 AND id = $2 AND status = 'pending'`,
    [teamId, id, now],
  );
}

/**
 * Removes a delivery whose endpoint is gone.
 * @throws AppError database_unavailable
 */
export async function removeDelivery({ teamId, id }: DeliveryKey): Promise<void> {
  await queryRows("DELETE FROM webhook_delivery WHERE team_id = $1 AND id = $2", [teamId, id]);
}

/**
 * Makes a delivery due now, whatever became of it before. False when the team has none of that id.
 * @throws AppError database_unavailable
 */
export async function reopenDelivery(
  { teamId, id }: DeliveryKey,
  { now, retryUntil }: { now: Date; retryUntil: Date },
): Promise<boolean> {
  const rows = await queryRows(
    `UPDATE webhook_delivery SET status = 'pending', next_attempt_at = $3, retry_until = $4, ended_at = NULL
     WHERE team_id = $1 AND id = $2 RETURNING id`,
    [teamId, id, now, retryUntil],
  );
  return rows.length > 0;
}

/**
 * Deliveries of any team that are due, at most `limit`.
 * @throws AppError database_unavailable
 */
export async function findDueDeliveries(now: Date, limit: number): Promise<DeliveryKey[]> {
  return queryRows<DeliveryKey>(
    `SELECT team_id AS "teamId", id FROM webhook_delivery WHERE ${DUE} ORDER BY next_attempt_at LIMIT $2`,
    [now, limit],
  );
}

/** The team's delivery, or null. */
export async function findDelivery({ teamId, id }: DeliveryKey): Promise<DeliveryRow | null> {
  const [row] = await queryRows<StoredDelivery>(
    `SELECT ${COLUMNS} FROM webhook_delivery WHERE team_id = $1 AND id = $2`,
    [teamId, id],
  );
  return row ? toRow(row) : null;
}

export interface DeliveryPage {
  teamId: string;
  endpointId: string;
  /** Ids below this one; null: from the newest. */
  before: string | null;
  status: DeliveryStatus | null;
  limit: number;
}

/**
 * An endpoint's deliveries, the newest first.
 * @throws AppError database_unavailable
 */
export async function listDeliveries(page: DeliveryPage): Promise<DeliveryRow[]> {
  const rows = await queryRows<StoredDelivery>(
    `SELECT ${COLUMNS} FROM webhook_delivery
     WHERE team_id = $1 AND endpoint_id = $2 AND ($3::text IS NULL OR id < $3) AND ($4::text IS NULL OR status = $4)
     ORDER BY id DESC LIMIT $5`,
    [page.teamId, page.endpointId, page.before, page.status, page.limit],
  );
  return rows.map(toRow);
}

/**
 * Removes deliveries that ended before that moment, at most `limit`; how many they were.
 * @throws AppError database_unavailable
 */
export async function removeEndedDeliveries(before: Date, limit: number): Promise<number> {
  const { count } = await mapped(() =>
    prisma().webhookDelivery.deleteMany({ where: { endedAt: { lt: before } }, limit }),
  );
  return count;
}

/** How an endpoint's newest deliveries went. */
export interface DeliveryCounts {
  endpointId: string;
  pending: number;
  /** Of those announced since. */
  delivered: number;
  failed: number;
  lastAt: Date | null;
}

/**
 * Counts of the team's deliveries announced since a moment, by endpoint.
 * @throws AppError database_unavailable
 */
export async function countDeliveries(teamId: string, sinceId: string): Promise<DeliveryCounts[]> {
  return queryRows<DeliveryCounts>(
    `SELECT endpoint_id AS "endpointId", count(*) FILTER (WHERE status = 'pending')::int AS pending,
            count(*) FILTER (WHERE status = 'delivered')::int AS delivered,
            count(*) FILTER (WHERE status = 'failed')::int AS failed, max(created_at) AS "lastAt"
     FROM webhook_delivery WHERE team_id = $1 AND id >= $2 GROUP BY endpoint_id`,
    [teamId, sinceId],
  );
}
