import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import type { ServerAddress } from "#tests/support/server";

/** Every row of every table of the database as text, by table. */
export async function dumpTables(server: ServerAddress): Promise<Map<string, string>> {
  const client = new pg.Client({ connectionString: server.databaseUrl });
  await client.connect();
  try {
    const tables = await client.query<{ name: string }>(
      `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
       where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
    );
    const dump = new Map<string, string>();
    for (const { name } of tables.rows) {
      const { rows } = await client.query<{ text: string }>(`select t::text as text from ${name} t`);
      dump.set(name, rows.map((row) => row.text).join("\n"));
    }
    return dump;
  } finally {
    await client.end();
  }
}

/** Which of the needles stand in which files under a folder, as text, in hex or inside base64: `<needle> in <path>`. */
export async function searchFiles(folder: string, needles: string[]): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const text = (await readFile(path)).toString("latin1");
    found.push(...needles.filter((needle) => holds(text, needle)).map((needle) => `${needle} in ${path}`));
  }
  return found;
}

/** Which of the needles stand in which tables of a dump: `<needle> in <table>`. */
export function searchTables(dump: Map<string, string>, needles: string[]): string[] {
  return [...dump].flatMap(([table, text]) =>
    needles.filter((needle) => holds(text, needle)).map((needle) => `${needle} in ${table}`),
  );
}

function holds(text: string, needle: string): boolean {
  return spellings(needle).some((spelling) => text.includes(spelling));
}

/** `needle` as it stands, in hex, and the part of its base64 that is the same at each of three offsets. */
function spellings(needle: string): string[] {
  const bytes = Buffer.from(needle);
  const inBase64 = [0, 1, 2].map((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), bytes]).toString("base64");
    return encoded.slice(4, encoded.length - 4);
  });
  return [needle, bytes.toString("hex"), ...inBase64];
}
