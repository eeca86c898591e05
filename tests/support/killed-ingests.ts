import { expect, vi } from "vitest";
import type { UpstreamExchange } from "#tests/support/scripted-upstream";
import { query } from "#tests/support/server";

/** Answers as an embedding server would: a vector of four numbers a text, or of as many as are asked for. */
export function embed(exchange: UpstreamExchange): void {
  const { input, dimensions = 4 } = exchange.body;
  const texts: unknown[] = Array.isArray(input) ? input : [input];
  const vectorOf = (text: unknown) =>
    Array.from({ length: Number(dimensions) }, (_, at) => (at === 0 ? String(text).length : at));
  exchange.json(200, { data: texts.map((text, index) => ({ index, embedding: vectorOf(text) })) });
}

/** About a hundred passages of the least size, or another number for so many sentences, none like another's. */
export function longText(number: number, sentences = 500): string {
  const sentence = (at: number) =>
    `Paragraph ${at} of file ${number} tells of harbour ${at * 7}, its pilots and lamps.`;
  return Array.from({ length: sentences }, (_, at) => sentence(at)).join("\n\n");
}

/** The least passages that may be asked for. */
export const TINY_CHUNKS = { type: "static" as const, static: { max_chunk_size_tokens: 100, chunk_overlap_tokens: 0 } };

/**
 * Makes the time pass that a dead process's jobs are held for, and then delayed, for those that began before `before`; and
 * the time since such jobs were last looked for.
 */
export async function forgetDeadWorkers(server: { databaseUrl: string }, before: Date): Promise<void> {
  await query(
    server,
    `UPDATE pgboss.job SET heartbeat_on = heartbeat_on - interval '1 minute', retry_delay = 0
     WHERE state = 'active' AND started_on < $1`,
    [before],
  );
  await query(server, "UPDATE pgboss.queue SET monitor_on = NULL, monitor_claim_on = NULL");
}

/** Waits until no file is still to be read; gives how each ended, in the order they were attached. */
export async function waitForFiles(server: { databaseUrl: string }): Promise<string[]> {
  return vi.waitFor(
    async () => {
      const sql = "SELECT status FROM vector_store_file ORDER BY created_at, file_id";
      const states = (await query<{ status: string }>(server, sql)).map((row) => row.status);
      expect(states).not.toContain("in_progress");
      return states;
    },
    { timeout: 120_000, interval: 250 },
  );
}

/** Counters that do not add up, gaps between passages, and rows and bytes that nobody owns. */
const STRAYS = `
  SELECT (SELECT count(*)::int FROM chunk c WHERE NOT EXISTS (
            SELECT FROM chunk_embedding e JOIN vector_store v ON v.team_id = e.team_id AND v.id = e.vector_store_id
            WHERE e.team_id = c.team_id AND e.chunk_id = c.id AND e.generation = v.generation)) AS bare,
         (SELECT count(*)::int FROM chunk c WHERE NOT EXISTS (
            SELECT FROM vector_store_file s WHERE s.team_id = c.team_id AND s.vector_store_id = c.vector_store_id
              AND s.file_id = c.file_id AND s.status = 'completed')) AS chunks,
         (SELECT count(*)::int FROM vector_store_file s
          WHERE (chunk_count, lexeme_count) <> (SELECT count(*), coalesce(sum(c.lexeme_count), 0) FROM chunk c
            WHERE c.team_id = s.team_id AND c.vector_store_id = s.vector_store_id AND c.file_id = s.file_id)) AS counters,
         (SELECT count(*)::int FROM (SELECT FROM chunk GROUP BY vector_store_id, file_id
            HAVING count(*) <> max(ordinal) + 1) g) AS gaps,
         (SELECT count(*)::int FROM blob_garbage) AS blobs`;

/** Expects that nothing was lost, doubled or left over. */
export async function expectNoStrays(server: { databaseUrl: string }): Promise<void> {
  expect(await query(server, STRAYS)).toEqual([{ bare: 0, chunks: 0, counters: 0, gaps: 0, blobs: 0 }]);
}
