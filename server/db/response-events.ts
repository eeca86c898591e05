import type { TransactionClient } from "#server/db/client";
import { queryRows } from "#server/db/query";
import type { ResponseStreamEvent } from "#server/protocol/events";
import type { Item } from "#server/protocol/items";

/** One event as stored: its `sequence_number` and its JSON text. */
export interface EventRow {
  seq: number;
  body: string;
}

/** Whose log it is. */
export interface LogKey {
  teamId: string;
  responseId: string;
}

/**
 * Adds events to a response's log for whoever runs it under `attempt`; false, and nothing is added, when the run is
 * another's by now, or has ended. The row lock keeps a writer out whose run is being taken over. May be repeated.
 * @throws AppError database_unavailable
 */
export async function appendEvents(
  { teamId, responseId }: LogKey,
  attempt: number,
  events: readonly EventRow[],
): Promise<boolean> {
  const rows = await queryRows(
    `WITH own AS (
       SELECT team_id, response_id FROM background_run
       WHERE team_id = $1 AND response_id = $2 AND attempt = $3 FOR SHARE
     ), added AS (
       INSERT INTO response_event (team_id, response_id, seq, body)
       SELECT own.team_id, own.response_id, e.seq, e.body::json FROM own, unnest($4::int[], $5::text[]) AS e (seq, body)
       ON CONFLICT (team_id, response_id, seq) DO NOTHING
     )
     SELECT 1 AS owned FROM own`,
    [teamId, responseId, attempt, ...columnsOf(events)],
  );
  return rows.length > 0;
}

/**
 * Adds events to the log of a response that runs in the foreground, for watchers at other nodes.
 * @throws AppError database_unavailable
 */
export async function relayEvents({ teamId, responseId }: LogKey, events: readonly EventRow[]): Promise<void> {
  await queryRows(
    `INSERT INTO response_event (team_id, response_id, seq, body)
     SELECT $1, $2, e.seq, e.body::json FROM unnest($3::int[], $4::text[]) AS e (seq, body)`,
    [teamId, responseId, ...columnsOf(events)],
  );
}

/** The place of a foreground run's input in its log: before the first event, where no reader of events looks. */
const INPUT_SEQ = -1;

/**
 * Puts what a response that runs in the foreground was asked into its log, for watchers at other nodes.
 * @throws AppError database_unavailable
 */
export async function relayInput({ teamId, responseId }: LogKey, input: readonly Item[]): Promise<void> {
  await queryRows(
    `INSERT INTO response_event (team_id, response_id, seq, body) VALUES ($1, $2, $3, $4::json)
     ON CONFLICT (team_id, response_id, seq) DO NOTHING`,
    [teamId, responseId, INPUT_SEQ, JSON.stringify(input)],
  );
}

/**
 * What {@link relayInput} put there; null when there is none.
 * @throws AppError database_unavailable
 */
export async function readRelayedInput({ teamId, responseId }: LogKey): Promise<Item[] | null> {
  const [row] = await queryRows<{ body: Item[] }>(
    "SELECT body FROM response_event WHERE team_id = $1 AND response_id = $2 AND seq = $3",
    [teamId, responseId, INPUT_SEQ],
  );
  return row?.body ?? null;
}

/** Adds events inside a transaction that has the run to itself. */
export async function insertEvents(
  tx: TransactionClient,
  { teamId, responseId }: LogKey,
  events: readonly EventRow[],
): Promise<void> {
  const [seqs, bodies] = columnsOf(events);
  await tx.$executeRaw`
    INSERT INTO response_event (team_id, response_id, seq, body)
    SELECT ${teamId}, ${responseId}, e.seq, e.body::json FROM unnest(${seqs}::int[], ${bodies}::text[]) AS e (seq, body)`;
}

function columnsOf(events: readonly EventRow[]): [number[], string[]] {
  return [events.map((event) => event.seq), events.map((event) => event.body)];
}

/**
 * Events of a response's log after the number `after`, in order, at most `limit` of them.
 * @throws AppError database_unavailable
 */
export async function readEvents(
  { teamId, responseId }: LogKey,
  { after, limit }: { after: number; limit: number },
): Promise<ResponseStreamEvent[]> {
  const rows = await queryRows<{ body: ResponseStreamEvent }>(
    "SELECT body FROM response_event WHERE team_id = $1 AND response_id = $2 AND seq > $3 ORDER BY seq LIMIT $4",
    [teamId, responseId, after, limit],
  );
  return rows.map((row) => row.body);
}

/**
 * Forgets a response's log.
 * @throws AppError database_unavailable
 */
export async function removeEvents({ teamId, responseId }: LogKey): Promise<void> {
  await queryRows("DELETE FROM response_event WHERE team_id = $1 AND response_id = $2", [teamId, responseId]);
}
