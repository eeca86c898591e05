import { pool } from "#server/db/client";
import { mapped } from "#server/db/mapped";
import { errorFacts, log } from "#server/log";

/** What the search statement joins. */
const SEARCH_TABLES = ["chunk", "chunk_embedding", "vector_store_file", "file"];
/** Growth since they were last looked at, from which on the planner's picture of them misleads it. */
const ROWS = 500;
const SHARE = 0.2;

interface Written {
  chunks: number;
  running: boolean;
}

const holder = globalThis as typeof globalThis & { rejoinderWrittenChunks?: Written };

function written(): Written {
  holder.rejoinderWrittenChunks ??= { chunks: 0, running: false };
  return holder.rejoinderWrittenChunks;
}

/**
 * To be told of every `chunks` new ones. Once they are many beside those there were, tells the planner of them and moves
 * what waits in the text index's list into its tree: a search right after an upload takes three times as long otherwise.
 * Postgres does so itself only after a minute or more, and the embedded database never. What cannot be done makes searches
 * slower for a while, and is only logged.
 */
export async function refreshAfterWrites(chunks: number): Promise<void> {
  const state = written();
  state.chunks += chunks;
  if (state.running || state.chunks < ROWS) return;
  state.running = true;
  try {
    const { rows } = await mapped(() =>
      pool().query<{ known: number }>("SELECT reltuples AS known FROM pg_class WHERE oid = 'chunk'::regclass"),
    );
    if (state.chunks < SHARE * (rows[0]?.known ?? 0)) return;
    state.chunks = 0;
    for (const table of SEARCH_TABLES) await mapped(() => pool().query(`ANALYZE (SKIP_LOCKED) "${table}"`));
    await mapped(() => pool().query("SELECT gin_clean_pending_list('chunk_words_idx')"));
  } catch (error) {
    log().warn(errorFacts(error), "the planner was not told of new chunks");
  } finally {
    state.running = false;
  }
}

/** As Postgres's own autovacuum counts, with its default settings. */
const NEGLECTED = `
SELECT relname AS "table" FROM pg_stat_user_tables
WHERE schemaname = 'public'
  AND (n_dead_tup > 50 + 0.2 * n_live_tup OR n_mod_since_analyze > 50 + 0.1 * n_live_tup OR n_ins_since_vacuum > 1000 + 0.2 * n_live_tup)
ORDER BY n_dead_tup DESC`;

/**
 * Does for the embedded database, which has no autovacuum, what autovacuum would: makes the room of deleted rows free
 * for new ones and renews the planner's figures. Gives the tables it went through.
 * @throws AppError database_unavailable
 */
export async function vacuumNeglectedTables(signal: AbortSignal): Promise<string[]> {
  const { rows } = await mapped(() => pool().query<{ table: string }>(NEGLECTED));
  const done: string[] = [];
  for (const { table } of rows) {
    if (signal.aborted) break;
    await mapped(() => pool().query(`VACUUM (ANALYZE) "${table}"`));
    done.push(table);
  }
  return done;
}
