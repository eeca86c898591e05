import { Client, Pool } from "pg";
import { advanceSequences, copyPartitions, copyTable, countRows, listTables, type Table } from "#server/db/copy-tables";
import { openEmbedded } from "#server/db/embedded";
import { lockDataDir } from "#server/db/lock";
import { migrate } from "#server/db/migrate";

/** Jobs that still have to run, and the queues they wait in; what is done stays behind. */
const QUEUE_TABLES: Table[] = [
  { schema: "pgboss", name: "queue", where: "name NOT LIKE '\\_\\_pgboss%'" },
  { schema: "pgboss", name: "job", where: "state < 'completed' AND name NOT LIKE '\\_\\_pgboss%'" },
];

export interface FileContent {
  teamId: string;
  id: string;
  bytes: number;
  /** Hex. */
  sha256: string;
}

export interface MovedTable {
  name: string;
  rows: number;
}

/** Throws, naming the table, when the database at `url` holds rows of ours. Changes nothing. */
export async function refuseNonEmpty(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    for (const table of await listTables(client)) {
      const rows = await countRows(client, table);
      if (rows > 0)
        throw new Error(`The target database is not empty: table ${table.name} has ${rows} rows. Name a new database.`);
    }
  } finally {
    await client.end();
  }
}

export interface MoveInput {
  dataDir: string;
  url: string;
  /** Copies the content of the files and returns what undoes that. What it throws ends the move. */
  moveContent: (files: FileContent[]) => Promise<() => Promise<void>>;
}

/**
 * Copies every row of the embedded database in `dataDir` (locked, migrated) into the migrated, empty database at
 * `url`, in one transaction there, and compares the number of rows of every table. Throws with no row copied when
 * one differs, or when the files' content cannot be moved.
 */
export async function moveTables({ dataDir, url, moveContent }: MoveInput): Promise<MovedTable[]> {
  const lock = await lockDataDir(dataDir);
  const embedded = await openEmbedded(dataDir);
  const settings = { host: embedded.host, user: "postgres", database: "postgres" };
  const from = new Client(settings);
  const to = new Client({ connectionString: url, options: "-c timezone=UTC" });
  try {
    const pool = new Pool({ ...settings, max: 1 });
    await migrate({ pool }).finally(() => pool.end());
    await from.connect();
    await to.connect();
    await from.query("BEGIN READ ONLY");
    const undoContent = await moveContent(await listFiles(from));
    return await copyAll(from, to).catch(async (error: unknown) => {
      await to.query("ROLLBACK");
      await undoContent();
      throw error;
    });
  } finally {
    await from.end();
    await to.end();
    await embedded.close();
    lock.release();
  }
}

/** Files, parts of uploads and files of containers, whose content is not in a table already. */
async function listFiles(client: Client): Promise<FileContent[]> {
  const { rows } = await client.query<FileContent>(
    `SELECT team_id AS "teamId", id, bytes::float8 AS bytes, sha256
      FROM (SELECT team_id, id, bytes, sha256 FROM file UNION ALL SELECT team_id, id, bytes, sha256 FROM upload_part
            UNION ALL SELECT team_id, blob_id, bytes, sha256 FROM container_file) f
      WHERE NOT EXISTS (SELECT FROM blob_chunk b WHERE b.team_id = f.team_id AND b.blob_id = f.id) ORDER BY 1, 2`,
  );
  return rows;
}

async function copyAll(from: Client, to: Client): Promise<MovedTable[]> {
  await to.query("BEGIN");
  await copyPartitions({ from, to });
  const tables = [...(await listTables(from)), ...((await hasQueue(from)) ? QUEUE_TABLES : [])];
  const moved: MovedTable[] = [];
  for (const table of tables) {
    // The files' content is there already.
    const there = await countRows(to, table);
    await copyTable({ from, to }, table);
    const [expected, arrived] = [await countRows(from, table), (await countRows(to, table)) - there];
    if (expected !== arrived)
      throw new Error(`Table ${table.name} has ${expected} rows, of which ${arrived} arrived. Nothing was moved.`);
    moved.push({ name: table.name, rows: arrived });
  }
  await advanceSequences(to);
  await to.query("COMMIT");
  return moved;
}

async function hasQueue(client: Client): Promise<boolean> {
  const { rows } = await client.query("SELECT to_regclass('pgboss.job') IS NOT NULL AS there");
  return rows[0]?.there === true;
}
