import { type AskedApproval, approvalColumns, approvalInsert } from "#server/db/approvals";
import { inTransaction, type TransactionClient } from "#server/db/client";
import { appendStoredItems } from "#server/db/conversations";
import { mapped } from "#server/db/mapped";
import { queryRows } from "#server/db/query";
import { type EventRow, insertEvents, type LogKey } from "#server/db/response-events";
import { type ItemRow, insertResponse, type ResponseRecord } from "#server/db/responses";
import { deliveryColumns, deliveryInsert, type NewDelivery } from "#server/db/webhook-deliveries";

export interface NewBackgroundRun {
  /** The request's body as JSON text, and who asked. */
  request: string;
  principal: string;
  providerHeader: string | null;
  traceId: string;
  jobId: string;
  createdAt: number;
}

/** A run that was just begun, or begun again. */
export interface BackgroundRunRow {
  request: unknown;
  principal: unknown;
  providerHeader: string | null;
  traceId: string;
  /** The number of this start, from 1. */
  attempt: number;
  /** An earlier start has called a tool. */
  toolCalled: boolean;
  cancelRequested: boolean;
  /** Epoch milliseconds. */
  createdAt: number;
}

const COLUMNS = `request, principal, provider_header AS "providerHeader", trace_id AS "traceId", attempt,
  tool_called AS "toolCalled", cancel_requested AS "cancelRequested",
  extract(epoch FROM created_at)::float8 * 1000 AS "createdAt"`;

/** Stores a background response that waits to be run, with its items and first events. */
export async function insertBackgroundRun(
  tx: TransactionClient,
  input: {
    record: ResponseRecord;
    run: NewBackgroundRun;
    events: readonly EventRow[];
    /** When it goes at the latest, epoch milliseconds; null for a response that is to be stored. */
    expiresAt: number | null;
  },
): Promise<void> {
  const { record, run, events, expiresAt } = input;
  const { teamId, id: responseId } = record.response;
  await insertResponse(tx, record);
  if (expiresAt !== null) {
    await tx.$executeRaw`
      UPDATE response SET expires_at = to_timestamp(${expiresAt}::float8 / 1000)
      WHERE team_id = ${teamId} AND id = ${responseId}`;
  }
  await insertEvents(tx, { teamId, responseId }, events);
  await tx.$executeRaw`
    INSERT INTO background_run (team_id, response_id, request, principal, provider_header, trace_id, job_id, created_at)
    VALUES (${teamId}, ${responseId}, ${run.request}::json, ${run.principal}::json, ${run.providerHeader},
            ${run.traceId}, ${run.jobId}, to_timestamp(${run.createdAt}::float8 / 1000))`;
}

/**
 * Takes the run under a new number: whoever ran it before can write nothing more. Null when it has ended.
 * @throws AppError database_unavailable
 */
export async function takeBackgroundRun({ teamId, responseId }: LogKey): Promise<BackgroundRunRow | null> {
  const rows = await queryRows<BackgroundRunRow>(
    `WITH taken AS (
       UPDATE background_run SET attempt = attempt + 1 WHERE team_id = $1 AND response_id = $2 RETURNING *
     ), begun AS (
       UPDATE response r SET status = 'in_progress' FROM taken
       WHERE r.team_id = $1 AND r.id = $2 AND r.status = 'queued'
     )
     SELECT ${COLUMNS} FROM taken`,
    [teamId, responseId],
  );
  return rows[0] ?? null;
}

/**
 * Gives a run back that has neither said anything nor called a tool, as if it had not been begun.
 * @throws AppError database_unavailable
 */
export async function giveBackgroundRunBack({ teamId, responseId }: LogKey, attempt: number): Promise<void> {
  await queryRows(
    "UPDATE background_run SET attempt = attempt - 1 WHERE team_id = $1 AND response_id = $2 AND attempt = $3",
    [teamId, responseId, attempt],
  );
}

/**
 * Notes that the run is about to call a tool. False when the run is another's by now, or has ended.
 * @throws AppError database_unavailable
 */
export async function markToolCalled({ teamId, responseId }: LogKey, attempt: number): Promise<boolean> {
  const rows = await queryRows(
    `UPDATE background_run SET tool_called = true
     WHERE team_id = $1 AND response_id = $2 AND attempt = $3 RETURNING 1 AS marked`,
    [teamId, responseId, attempt],
  );
  return rows.length > 0;
}

/**
 * Asks whoever runs it to stop. Gives the number of starts so far; null when it has ended.
 * @throws AppError database_unavailable
 */
export async function requestCancel({ teamId, responseId }: LogKey): Promise<number | null> {
  const rows = await queryRows<{ attempt: number }>(
    `UPDATE background_run SET cancel_requested = true
     WHERE team_id = $1 AND response_id = $2 RETURNING attempt`,
    [teamId, responseId],
  );
  return rows[0]?.attempt ?? null;
}

/**
 * True when the run has been asked to stop.
 * @throws AppError database_unavailable
 */
export async function isCancelRequested({ teamId, responseId }: LogKey): Promise<boolean> {
  const rows = await queryRows(
    "SELECT 1 AS asked FROM background_run WHERE team_id = $1 AND response_id = $2 AND cancel_requested",
    [teamId, responseId],
  );
  return rows.length > 0;
}

/** How a background response ended. */
export interface BackgroundEnd {
  /** The number of the start under which it ran. */
  attempt: number;
  status: string;
  model: string;
  /** JSON text: the response object without `output`. */
  body: string;
  output: ItemRow[];
  /** Epoch milliseconds. */
  completedAt: number | null;
  /** When it is deleted; null for a stored one. */
  expiresAt: number | null;
  /** The conversation to whose end its input and output go; null: none. */
  conversationId: string | null;
  deliveries: readonly NewDelivery[];
  /** What it asks a person to approve. */
  approvals: readonly AskedApproval[];
  now: number;
  /** Its last events, the terminal one among them. */
  events: readonly EventRow[];
}

/**
 * Stores a finished background response and the last of its events in one transaction. False, and nothing is stored,
 * when the run is another's by now, or has ended.
 * @throws AppError database_unavailable
 */
export async function endBackgroundRun({ teamId, responseId }: LogKey, end: BackgroundEnd): Promise<boolean> {
  return mapped(() =>
    inTransaction(async (tx) => {
      const owned = await tx.$executeRaw`
        DELETE FROM background_run
        WHERE team_id = ${teamId} AND response_id = ${responseId} AND attempt = ${end.attempt}`;
      if (owned === 0) return false;
      const outputIds = end.output.map((item) => item.id);
      await tx.$executeRaw`
        INSERT INTO item (team_id, id, type, body, created_at)
        SELECT ${teamId}, i.id, i.type, i.body::json, to_timestamp(${end.now}::float8 / 1000)
        FROM unnest(${outputIds}::text[], ${end.output.map((item) => item.type)}::text[],
                    ${end.output.map((item) => item.body)}::text[]) AS i (id, type, body)
        ON CONFLICT (team_id, id) DO NOTHING`;
      const [row] = await tx.$queryRaw<{ inputItemIds: string[] }[]>`
        UPDATE response SET status = ${end.status}, model = ${end.model}, body = ${end.body}::json,
          output_item_ids = ${outputIds}::text[],
          completed_at = to_timestamp(${end.completedAt}::float8 / 1000),
          expires_at = to_timestamp(${end.expiresAt}::float8 / 1000)
        WHERE team_id = ${teamId} AND id = ${responseId}
        RETURNING input_item_ids AS "inputItemIds"`;
      if (end.conversationId !== null) {
        const itemIds = [...(row?.inputItemIds ?? []), ...outputIds];
        await appendStoredItems(tx, { teamId, conversationId: end.conversationId }, itemIds);
      }
      await insertEvents(tx, { teamId, responseId }, end.events);
      if (end.deliveries.length > 0) {
        await tx.$executeRawUnsafe(deliveryInsert(1), ...deliveryColumns(end.deliveries));
      }
      if (end.approvals.length > 0) {
        await tx.$executeRawUnsafe(approvalInsert(1), ...approvalColumns(end.approvals));
      }
      return true;
    }),
  );
}

/** A run that has waited or run for long, and the job that is to run it. */
export interface LongRun extends LogKey {
  jobId: string;
}

/**
 * Runs that were queued before `before` (epoch milliseconds), oldest first, at most `limit` of all teams.
 * @throws AppError database_unavailable
 */
export async function listLongRuns(before: number, limit: number): Promise<LongRun[]> {
  return queryRows<LongRun>(
    `SELECT team_id AS "teamId", response_id AS "responseId", job_id AS "jobId" FROM background_run
     WHERE created_at < to_timestamp($1::float8 / 1000) ORDER BY created_at LIMIT $2`,
    [before, limit],
  );
}

/** Names another job as the one that runs it. */
export async function replaceJob(tx: TransactionClient, run: LongRun, jobId: string): Promise<void> {
  await tx.$executeRaw`
    UPDATE background_run SET job_id = ${jobId}
    WHERE team_id = ${run.teamId} AND response_id = ${run.responseId} AND job_id = ${run.jobId}`;
}
