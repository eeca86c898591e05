import { config } from "#server/config";
import { type AskedApproval, approvalColumns, approvalInsert } from "#server/db/approvals";
import { pool, type TransactionClient } from "#server/db/client";
import { mapDatabaseError } from "#server/db/database-errors";
import { groupCommit } from "#server/db/group-commit";
import { queryRows } from "#server/db/query";
import { deliveryColumns, deliveryInsert, type NewDelivery } from "#server/db/webhook-deliveries";
import { isAppError } from "#server/errors";
import type { ResponseResource } from "#server/protocol/response";

/** One response as stored: `body` is JSON text, the response object without `output`. Times are epoch milliseconds. */
export interface ResponseRow {
  teamId: string;
  id: string;
  status: string;
  model: string;
  previousResponseId: string | null;
  apiKeyId: string | null;
  userId: string | null;
  body: string;
  historyItemIds: string[];
  inputItemIds: string[];
  outputItemIds: string[];
  createdAt: number;
  completedAt: number | null;
}

/** One item as stored: `body` is JSON text, dialect-neutral and whole. */
export interface ItemRow {
  id: string;
  type: string;
  body: string;
}

/** A response, the items it brings, and who is to be told of it. */
export interface ResponseRecord {
  response: ResponseRow;
  items: ItemRow[];
  /** The conversation to whose end its input and output go; null: none. */
  conversationId: string | null;
  deliveries?: readonly NewDelivery[];
  /** What it asks a person to approve. */
  approvals?: readonly AskedApproval[];
}

const KEEP_ITEMS = `
  INSERT INTO item (team_id, id, type, body, created_at)
  SELECT i.team_id, i.id, i.type, i.body::json, to_timestamp(i.created_ms / 1000.0)
  FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::float8[]) AS i (team_id, id, type, body, created_ms)`;
const INSERT_RESPONSES = `
INSERT INTO response (team_id, id, status, model, previous_response_id, api_key_id, user_id, body,
                      history_item_ids, input_item_ids, output_item_ids, created_at, completed_at)
SELECT r.team_id, r.id, r.status, r.model, r.previous_response_id, r.api_key_id, r.user_id, r.body::json,
       r.history::text[], r.input::text[], r.output::text[],
       to_timestamp(r.created_ms / 1000.0), to_timestamp(r.completed_ms / 1000.0)
FROM unnest($6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[],
            $14::text[], $15::text[], $16::text[], $17::float8[], $18::float8[])
  AS r (team_id, id, status, model, previous_response_id, api_key_id, user_id, body,
        history, input, output, created_ms, completed_ms)`;
const SAVE_PARTS = `kept AS (${KEEP_ITEMS} ON CONFLICT (team_id, id) DO NOTHING) ${INSERT_RESPONSES}`;
const SAVE = `WITH ${SAVE_PARTS}`;
/** With webhooks in the same statement: there is never a response without its deliveries. Rare, as approvals are. */
const SAVE_AND_ANNOUNCE = `
WITH announced AS (${deliveryInsert(19)}), asked AS (${approvalInsert(28)}), ${SAVE_PARTS}`;

// The conversation's row is locked first, also before the items go in: two runs that bring one item cannot deadlock.
// A conversation that was deleted meanwhile takes nothing.
const SAVE_IN_CONVERSATION = `
WITH place AS (
  UPDATE conversation SET next_position = next_position + cardinality($21::text[])
  WHERE team_id = $19 AND id = $20
  RETURNING team_id, id, next_position - cardinality($21::text[]) - 1 AS start
), kept AS (${KEEP_ITEMS} LEFT JOIN place ON true ON CONFLICT (team_id, id) DO NOTHING),
appended AS (
  INSERT INTO conversation_item (team_id, conversation_id, position, item_id)
  SELECT place.team_id, place.id, place.start + a.offset_in_batch, a.item_id
  FROM place, unnest($21::text[]) WITH ORDINALITY AS a (item_id, offset_in_batch)
  ON CONFLICT DO NOTHING
), announced AS (${deliveryInsert(22)}), asked AS (${approvalInsert(31)}) ${INSERT_RESPONSES}`;

/** A text array as Postgres writes it. unnest() takes no arrays of arrays, so each row's travels as text. */
export function arrayLiteral(values: readonly string[]): string {
  if (values.length === 0) return "{}";
  return `{${values.map((value) => `"${value.replaceAll(/["\\]/g, "\\$&")}"`).join(",")}}`;
}

function itemColumns(records: ResponseRecord[]): unknown[] {
  const team: string[] = [];
  const id: string[] = [];
  const type: string[] = [];
  const body: string[] = [];
  const createdMs: number[] = [];
  for (const { response, items } of records) {
    for (const item of items) {
      team.push(response.teamId);
      id.push(item.id);
      type.push(item.type);
      body.push(item.body);
      createdMs.push(response.createdAt);
    }
  }
  return [team, id, type, body, createdMs];
}

function responseColumns(rows: ResponseRow[]): unknown[] {
  return [
    rows.map((row) => row.teamId),
    rows.map((row) => row.id),
    rows.map((row) => row.status),
    rows.map((row) => row.model),
    rows.map((row) => row.previousResponseId),
    rows.map((row) => row.apiKeyId),
    rows.map((row) => row.userId),
    rows.map((row) => row.body),
    rows.map((row) => arrayLiteral(row.historyItemIds)),
    rows.map((row) => arrayLiteral(row.inputItemIds)),
    rows.map((row) => arrayLiteral(row.outputItemIds)),
    rows.map((row) => row.createdAt),
    rows.map((row) => row.completedAt),
  ];
}

function columnsOf(records: ResponseRecord[]): unknown[] {
  return [...itemColumns(records), ...responseColumns(records.map((record) => record.response))];
}

async function writeRecords(records: ResponseRecord[]): Promise<void> {
  const values = columnsOf(records);
  const deliveries = records.flatMap((record) => record.deliveries ?? []);
  const approvals = records.flatMap((record) => record.approvals ?? []);
  try {
    if (deliveries.length > 0 || approvals.length > 0) {
      await pool().query(SAVE_AND_ANNOUNCE, [...values, ...deliveryColumns(deliveries), ...approvalColumns(approvals)]);
      return;
    }
    // PGlite is one session behind all connections: a statement's name would be taken by the first of them.
    await pool().query(config().embedded ? { text: SAVE, values } : { name: "save-responses", text: SAVE, values });
  } catch (error) {
    throw mapDatabaseError(error);
  }
}

const commit = groupCommit<ResponseRecord>({
  write: writeRecords,
  maxRows: 64,
  maxInFlight: 2,
  isOutage: (error) => isAppError(error) && error.code === "database_unavailable",
});

async function writeInConversation(record: ResponseRecord, conversationId: string): Promise<void> {
  const { teamId, inputItemIds, outputItemIds } = record.response;
  const values = [...columnsOf([record]), teamId, conversationId, [...inputItemIds, ...outputItemIds]];
  const rest = [...deliveryColumns(record.deliveries ?? []), ...approvalColumns(record.approvals ?? [])];
  await queryRows(SAVE_IN_CONVERSATION, [...values, ...rest]);
}

/**
 * Stores a response with its new items and deliveries, and appends its items to its conversation; resolves when all
 * that is durable. An item whose id the team already has is kept as it is. Rows of one turn of the event loop share a
 * statement, but for those of conversations, which wait for each other.
 * @throws AppError database_unavailable
 */
export function saveResponse(record: ResponseRecord): Promise<void> {
  return record.conversationId === null ? commit(record) : writeInConversation(record, record.conversationId);
}

/** Stores a response with its new items, as {@link saveResponse}, in a transaction. */
export async function insertResponse(tx: TransactionClient, record: ResponseRecord): Promise<void> {
  await tx.$executeRawUnsafe(SAVE, ...columnsOf([record]));
}

/** A stored response as read back: `body` parsed, without `output`. */
export interface StoredResponse {
  /** Its status is that of the last write; `status` tells the newest. */
  body: Omit<ResponseResource, "output">;
  status: ResponseResource["status"];
  historyItemIds: string[];
  inputItemIds: string[];
  outputItemIds: string[];
}

/**
 * The team's response, or null.
 * @throws AppError database_unavailable
 */
export async function readResponse(teamId: string, id: string): Promise<StoredResponse | null> {
  try {
    const { rows } = await pool().query<StoredResponse>(
      `SELECT body, status, history_item_ids AS "historyItemIds", input_item_ids AS "inputItemIds",
              output_item_ids AS "outputItemIds"
       FROM response WHERE team_id = $1 AND id = $2`,
      [teamId, id],
    );
    return rows[0] ?? null;
  } catch (error) {
    throw mapDatabaseError(error);
  }
}
