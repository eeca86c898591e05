import type { Pool } from "pg";

/** Everything a schema consists of, as sorted lines; two databases with equal lines have equal schemas. */
export async function readCatalogue(pool: Pool): Promise<string[]> {
  const { rows } = await pool.query<{ line: string }>(`
    WITH relation AS (
      SELECT c.oid, c.relname, c.relkind, c.relpartbound, c.reloptions FROM pg_class c
       WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S') AND c.relname <> '_prisma_migrations'
         AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
    )
    SELECT 'extension ' || extname AS line FROM pg_extension WHERE extname <> 'plpgsql'
    UNION ALL
    SELECT concat_ws(' ', 'relation', relname, relkind, pg_get_partkeydef(oid), pg_get_expr(relpartbound, oid), reloptions::text) FROM relation
    UNION ALL
    SELECT concat_ws(' ', 'column', r.relname, a.attname, format_type(a.atttypid, a.atttypmod), 'collation', l.collname,
                     'storage', a.attstorage, 'statistics', a.attstattarget, CASE WHEN a.attnotnull THEN 'not null' END, 'default', pg_get_expr(d.adbin, d.adrelid))
      FROM relation r JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped AND r.relkind <> 'S'
      LEFT JOIN pg_collation l ON l.oid = a.attcollation LEFT JOIN pg_attrdef d ON d.adrelid = r.oid AND d.adnum = a.attnum
    UNION ALL
    SELECT 'index ' || pg_get_indexdef(i.indexrelid) FROM relation r JOIN pg_index i ON i.indrelid = r.oid
    UNION ALL
    SELECT concat_ws(' ', 'constraint', r.relname, k.conname, pg_get_constraintdef(k.oid))
      FROM relation r JOIN pg_constraint k ON k.conrelid = r.oid WHERE k.contype <> 'n'
    ORDER BY 1`);
  return rows.map(({ line }) => line);
}

/** Lines of one and not of the other, marked `-` (only expected) and `+` (only found). */
export function compareCatalogues(expected: string[], found: string[]): string[] {
  const [inExpected, inFound] = [new Set(expected), new Set(found)];
  return [
    ...expected.filter((line) => !inFound.has(line)).map((line) => `- ${line}`),
    ...found.filter((line) => !inExpected.has(line)).map((line) => `+ ${line}`),
  ];
}
