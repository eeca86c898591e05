import type { Pool } from "pg";
import { log } from "#server/log";

const POSTGRES_MIN = 150_000;
const VECTOR_MIN = [0, 8, 0];
const VECTOR_GOOD = [0, 8, 4];

function isBelow(version: string, least: number[]): boolean {
  const parts = version.split(".").map(Number);
  for (const [index, wanted] of least.entries()) {
    const part = parts[index] ?? 0;
    if (part !== wanted) return part < wanted;
  }
  return false;
}

interface ServerFacts {
  number: number;
  version: string;
  available: string | null;
  installed: string | null;
}

/**
 * Refuses a server that cannot hold this data: PostgreSQL older than 15, pgvector missing or older than 0.8. The
 * message says what to install. Warns below pgvector 0.8.4, whose HNSW indexes have known faults.
 */
export async function checkServer(pool: Pool): Promise<void> {
  const { rows } = await pool.query<ServerFacts>(
    `SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS version,
            (SELECT default_version FROM pg_available_extensions WHERE name = 'vector') AS available,
            (SELECT extversion FROM pg_extension WHERE extname = 'vector') AS installed`,
  );
  const facts = rows[0];
  if (facts) checkFacts(facts);
}

/** The decision of {@link checkServer}, from what the server said. */
export function checkFacts({ number, version, available, installed }: ServerFacts): void {
  if (number < POSTGRES_MIN) {
    throw new Error(`DATABASE_URL is PostgreSQL ${version}; Rejoinder needs PostgreSQL 15 or newer.`);
  }
  const major = Math.floor(number / 10_000);
  const install = `Install pgvector 0.8 or newer: the package postgresql-${major}-pgvector from apt.postgresql.org, or the image pgvector/pgvector:pg${major}.`;
  if (!available) throw new Error(`The database server (PostgreSQL ${version}) has no pgvector. ${install}`);
  if (installed && isBelow(installed, VECTOR_MIN)) {
    const update = isBelow(available, VECTOR_MIN) ? install : "Run in this database: ALTER EXTENSION vector UPDATE;";
    throw new Error(`The database has pgvector ${installed}; Rejoinder needs 0.8 or newer. ${update}`);
  }
  const version_ = installed ?? available;
  if (isBelow(version_, VECTOR_MIN)) throw new Error(`The database server offers pgvector ${version_}. ${install}`);
  if (isBelow(version_, VECTOR_GOOD)) {
    log().warn({ pgvector: version_ }, "pgvector below 0.8.4 has known faults in HNSW indexes; update it when you can");
  }
}
