import { toFile } from "openai";
import pg from "pg";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import {
  embed,
  expectNoStrays,
  forgetDeadWorkers,
  longText,
  TINY_CHUNKS,
  waitForFiles,
} from "#tests/support/killed-ingests";
import { type ScriptedUpstream, startScriptedUpstream } from "#tests/support/scripted-upstream";
import { createTeam, openaiClient, query, type RunningServer, startServer } from "#tests/support/server";

/** A commit that has such a row among its changes waits for the lock: it has all but become durable. */
const HOLD_COMMITS = `
  CREATE FUNCTION hold_commit() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_advisory_xact_lock_shared(4711); RETURN NULL; END $$;
  CREATE CONSTRAINT TRIGGER hold_written AFTER INSERT ON chunk
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.ordinal = 40) EXECUTE FUNCTION hold_commit();
  CREATE CONSTRAINT TRIGGER hold_completed AFTER UPDATE ON vector_store_file
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.status = 'completed' AND OLD.status <> 'completed')
    EXECUTE FUNCTION hold_commit()`;

const WAITING = `
  SELECT a.pid, a.query FROM pg_locks l JOIN pg_stat_activity a USING (pid)
  WHERE l.locktype = 'advisory' AND l.objid = 4711 AND NOT l.granted AND a.datname = current_database()`;

let upstream: ScriptedUpstream;
let server: RunningServer;
let environment: Record<string, string>;
let holder: pg.Client;
let texts = 0;

beforeAll(async () => {
  upstream = await startScriptedUpstream();
  upstream.setDefault(embed);
  const { baseUrl } = upstream;
  const named = { OPENAI_API_KEY: "sk", OPENAI_BASE_URL: baseUrl, EMBEDDING_MODEL: "openai/text-embedding-3-small" };
  // One file at a time, and one batch: the next commit is known.
  environment = { ...named, INGEST_CONCURRENCY: "1", EMBEDDING_CONCURRENCY: "1" };
  server = await startServer({ env: environment });
  holder = new pg.Client({ connectionString: server.databaseUrl });
  await holder.connect();
  await holder.query(HOLD_COMMITS);
});

afterAll(async () => {
  await holder.end();
  await server.stop();
  await server.remove();
  await upstream.close();
});

/** What waits inside COMMIT. */
async function heldCommit(statement: RegExp): Promise<number> {
  return vi.waitFor(
    async () => {
      const [held] = (await holder.query<{ pid: number; query: string }>(WAITING)).rows;
      expect(held?.query).toMatch(statement);
      return held?.pid ?? 0;
    },
    { timeout: 90_000, interval: 20 },
  );
}

it.each([
  ["passages are written, and the commit is lost", /INSERT INTO chunk/, "lost"],
  ["passages are written, and the commit is made all the same", /INSERT INTO chunk/, "made"],
  ["a file is completed, and the commit is lost", /status = 'completed'/, "lost"],
  ["a file is completed, and the commit is made all the same", /status = 'completed'/, "made"],
])("killed inside the COMMIT by which %s, reads the file to its end", async (_name, statement, fate) => {
  const { key } = await createTeam(server);
  const client = openaiClient(server, key);
  const store = await client.vectorStores.create({ name: "held" });
  const file = await toFile(Buffer.from(longText(++texts)), "a.txt");
  const { id } = await client.files.create({ purpose: "assistants", file });
  await holder.query("SELECT pg_advisory_lock(4711)");
  await client.vectorStores.files.create(store.id, { file_id: id, chunking_strategy: TINY_CHUNKS });
  let pid = await heldCommit(/INSERT INTO chunk/);
  if (!statement.test("INSERT INTO chunk")) {
    // Lets the passages through, and holds what comes next.
    await holder.query("SELECT pg_advisory_unlock(4711)");
    await holder.query("SELECT pg_advisory_lock(4711)");
    pid = await heldCommit(statement);
  }
  await server.kill();
  if (fate === "lost") await holder.query("SELECT pg_terminate_backend($1, 10000)", [pid]);
  await holder.query("SELECT pg_advisory_unlock(4711)");
  await vi.waitFor(async () => expect((await holder.query(WAITING)).rows).toEqual([]), { timeout: 30_000 });

  const began = new Date();
  server = await startServer({ env: environment, dataDir: server.dataDir, databaseUrl: server.databaseUrl });
  await forgetDeadWorkers(server, began);
  expect(new Set(await waitForFiles(server))).toEqual(new Set(["completed"]));
  await expectNoStrays(server);
  const sql = "SELECT count(DISTINCT text)::int AS passages FROM chunk WHERE file_id = $1";
  const [read] = await query<{ passages: number }>(server, sql, [id]);
  expect(read?.passages).toBeGreaterThan(40);
});
