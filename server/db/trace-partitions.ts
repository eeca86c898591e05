import { pool } from "#server/db/client";
import { hexFloorOf } from "#server/ids";

const TABLES = ["trace", "span", "trace_payload"] as const;
export type TraceTable = (typeof TABLES)[number];

/** Months made ahead of the current one. */
const MONTHS_AHEAD = 2;
/** A number of our own for the advisory lock: nodes that start together make partitions one after another. */
const LOCK = 7_260_145;

interface Month {
  /** `2026_11` */
  label: string;
  /** The ids of the month: from inclusive, to exclusive. */
  from: string;
  to: string;
}

/** The UTC month that lies `offset` months after that of `epochMs`, with the ids that belong to it. */
export function monthOf(epochMs: number, offset: number): Month {
  const date = new Date(epochMs);
  const start = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + offset, 1);
  const end = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + offset + 1, 1);
  const first = new Date(start);
  const label = `${first.getUTCFullYear()}_${String(first.getUTCMonth() + 1).padStart(2, "0")}`;
  return { label, from: hexFloorOf(start), to: hexFloorOf(end) };
}

/**
 * Makes the partitions of this month and the next two where they are missing. Moves nothing: a month of which the
 * default partition already holds rows stays there. Gives the names of what was made.
 */
export async function ensureTracePartitions(now: number): Promise<string[]> {
  const made: string[] = [];
  const client = await pool().connect();
  try {
    await client.query("begin");
    await client.query("select pg_advisory_xact_lock($1)", [LOCK]);
    for (const table of TABLES) {
      for (let offset = 0; offset <= MONTHS_AHEAD; offset += 1) {
        const month = monthOf(now, offset);
        const name = `${table}_${month.label}`;
        const { rows } = await client.query(
          `select to_regclass($1) is null and not exists (select 1 from ${table}_default where id >= $2 and id < $3) as missing`,
          [name, month.from, month.to],
        );
        if (!rows[0]?.missing) continue;
        await client.query(
          `create table ${name} partition of ${table} for values from ('${month.from}') to ('${month.to}')`,
        );
        made.push(name);
      }
    }
    await client.query("commit");
  } catch (error) {
    await client.query("rollback");
    throw error;
  } finally {
    client.release();
  }
  return made;
}

/** Drops the monthly partitions of a table whose every row is older than `before`. Gives their names. */
export async function dropTracePartitions(table: TraceTable, before: number): Promise<string[]> {
  const { rows } = await pool().query(
    "select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = $1::regclass",
    [table],
  );
  const dropped: string[] = [];
  const bound = hexFloorOf(before);
  for (const { name } of rows) {
    const match = /_(\d{4})_(\d{2})$/.exec(name);
    if (!match) continue;
    const month = monthOf(Date.UTC(Number(match[1]), Number(match[2]) - 1, 1), 0);
    if (month.to > bound) continue;
    await pool().query(`drop table ${name}`);
    dropped.push(name);
  }
  return dropped;
}

/** The longest time that any team keeps its traces, in days; null without teams. */
export async function longestTraceRetention(): Promise<number | null> {
  const { rows } = await pool().query<{ days: number | null }>("select max(trace_retention_days) as days from team");
  return rows[0]?.days ?? null;
}

export interface TraceAge {
  /** Epoch milliseconds. */
  now: number;
  /** Rows live as long as their team says, and no longer than this. */
  maxDays: number;
}

/**
 * Deletes rows of a table that are older than their team keeps them, at most `limit` of them. Gives how many; call again
 * until it is less than `limit`.
 */
export async function deleteOldTraceRows(
  table: TraceTable,
  { now, maxDays }: TraceAge,
  limit: number,
): Promise<number> {
  const { rowCount } = await pool().query(
    `delete from ${table} using (
       select old.team_id, old.id from team, lateral (
         select lpad(to_hex($1::bigint - least(team.trace_retention_days, $2::int) * 86400000::bigint), 12, '0') as hex
       ) bound, lateral (
         select t.team_id, t.id from ${table} t where t.team_id = team.id and t.id < bound.hex order by t.id limit $3
       ) old limit $3
     ) doomed where ${table}.team_id = doomed.team_id and ${table}.id = doomed.id`,
    [Math.floor(now), maxDays, limit],
  );
  return rowCount ?? 0;
}
