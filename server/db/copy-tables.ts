import { type Client, escapeIdentifier } from "pg";

/** Rows a read; fewer where one row may hold megabytes. */
const BATCH_ROWS = 500;
const BATCH_ROWS_OF: Record<string, number> = {
  blob_chunk: 4,
  file_text: 8,
  file_text_part: 8,
  trace_payload: 50,
  response: 100,
  item: 100,
  idempotency_key: 50,
};

export interface Table {
  schema: string;
  name: string;
  /** Of the rows, in SQL; all when absent. */
  where?: string;
}

export interface Copy {
  from: Client;
  to: Client;
}

interface Column {
  name: string;
  type: string;
}

function nameOf({ schema, name }: Table): string {
  return `${escapeIdentifier(schema)}.${escapeIdentifier(name)}`;
}

/** Our tables (partitions left out: they are reached through their parent), each after those it refers to. */
export async function listTables(client: Client): Promise<Table[]> {
  const { rows } = await client.query<{ name: string; refers_to: string[] }>(`
    SELECT c.relname::text AS name,
           coalesce((SELECT array_agg(k.confrelid::regclass::text) FROM pg_constraint k
                      WHERE k.conrelid = c.oid AND k.contype = 'f' AND k.confrelid <> c.oid), '{}') AS refers_to
      FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
       AND c.relname <> '_prisma_migrations' AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
     ORDER BY 1`);
  const waiting = new Map(rows.map(({ name, refers_to }) => [name, new Set(refers_to)]));
  const ordered: Table[] = [];
  while (waiting.size > 0) {
    const free = [...waiting].find(([, others]) => [...others].every((other) => !waiting.has(other)));
    if (!free) throw new Error(`Tables refer to each other in a circle: ${[...waiting.keys()].join(", ")}`);
    waiting.delete(free[0]);
    ordered.push({ schema: "public", name: free[0] });
  }
  return ordered;
}

/** Number of rows. */
export async function countRows(client: Client, table: Table): Promise<number> {
  const where = table.where ? ` WHERE ${table.where}` : "";
  const { rows } = await client.query<{ count: string }>(`SELECT count(*) AS count FROM ${nameOf(table)}${where}`);
  return Number(rows[0]?.count ?? 0);
}

/** Makes in `to` the partitions that `from` has, so that rows land where the sweeps expect them. */
export async function copyPartitions({ from, to }: Copy): Promise<void> {
  const { rows } = await from.query<{ parent: string; child: string; bound: string }>(`
    SELECT p.relname::text AS parent, c.relname::text AS child, pg_get_expr(c.relpartbound, c.oid) AS bound
      FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_class p ON p.oid = i.inhparent
     WHERE c.relispartition AND c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace ORDER BY 2`);
  for (const { parent, child, bound } of rows) {
    await to.query(
      `CREATE TABLE IF NOT EXISTS ${escapeIdentifier(child)} PARTITION OF ${escapeIdentifier(parent)} ${bound}`,
    );
  }
}

/**
 * Copies a table's rows, every value by way of its text form, and returns how many were read. Rows that `to` has
 * already are left as they are. Both clients are in a transaction.
 */
export async function copyTable({ from, to }: Copy, table: Table): Promise<number> {
  const columns = await columnsOf(to, table);
  const read = columns.map(({ name }) => `${escapeIdentifier(name)}::text`).join(", ");
  const where = table.where ? ` WHERE ${table.where}` : "";
  await from.query(`DECLARE copy_rows NO SCROLL CURSOR FOR SELECT ${read} FROM ${nameOf(table)}${where}`);
  const insert = insertStatement(table, columns);
  const size = BATCH_ROWS_OF[table.name] ?? BATCH_ROWS;
  let copied = 0;
  for (;;) {
    const { rows } = await from.query<(string | null)[]>({ text: `FETCH ${size} FROM copy_rows`, rowMode: "array" });
    if (rows.length === 0) break;
    await to.query(
      insert,
      columns.map((_, index) => rows.map((row) => row[index] ?? null)),
    );
    copied += rows.length;
  }
  await from.query("CLOSE copy_rows");
  return copied;
}

async function columnsOf(client: Client, { schema, name }: Table): Promise<Column[]> {
  const { rows } = await client.query<Column>(
    `SELECT a.attname::text AS name, format_type(a.atttypid, a.atttypmod) AS type FROM pg_attribute a
      WHERE a.attrelid = format('%I.%I', $1::text, $2::text)::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
      ORDER BY a.attnum`,
    [schema, name],
  );
  return rows;
}

function insertStatement(table: Table, columns: Column[]): string {
  const names = columns.map(({ name }) => escapeIdentifier(name));
  const values = columns.map(({ name, type }) => `u.${escapeIdentifier(name)}::${type}`);
  const arrays = columns.map((_, index) => `$${index + 1}::text[]`);
  return (
    `INSERT INTO ${nameOf(table)} (${names.join(", ")}) OVERRIDING SYSTEM VALUE SELECT ${values.join(", ")} ` +
    `FROM unnest(${arrays.join(", ")}) AS u(${names.join(", ")}) ON CONFLICT DO NOTHING`
  );
}

/** Moves every sequence behind the largest value of the column it feeds. */
export async function advanceSequences(client: Client): Promise<void> {
  const { rows } = await client.query<{ sequence: string; table_name: string; column_name: string }>(`
    SELECT pg_get_serial_sequence(format('%I', c.relname), a.attname) AS sequence, c.relname::text AS table_name, a.attname::text AS column_name
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
       AND pg_get_serial_sequence(format('%I', c.relname), a.attname) IS NOT NULL`);
  for (const { sequence, table_name, column_name } of rows) {
    const largest = `SELECT max(${escapeIdentifier(column_name)}) FROM ${escapeIdentifier(table_name)}`;
    await client.query(`SELECT setval('${sequence}', coalesce((${largest}), 1), (${largest}) IS NOT NULL)`);
  }
}
