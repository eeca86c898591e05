import { afterAll, beforeAll, expect, it } from "vitest";
import { pool } from "#server/db/client";
import { startQueue, stopQueue } from "#server/jobs/queue";
import { systemContext } from "#server/services/setup/system-context";
import { createVectorStore } from "#server/services/vector-stores/create-vector-store";
import { reindexFiles } from "#server/services/vector-stores/reindex-files";
import { createTeam, openTestDatabase, type TestDatabase } from "#tests/support/database";
import { eventually } from "#tests/support/eventually";
import { addDocument } from "#tests/support/read-documents";

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
  await startQueue();
});
afterAll(async () => {
  await stopQueue();
  await database.close();
});

const WAITING = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";

// The embedded database runs one transaction at a time.
it.skipIf(!process.env.TEST_DATABASE_URL)(
  "waits for the store, as its change of model does, with no file locked",
  async () => {
    const ctx = systemContext((await createTeam()).teamId);
    const { id: vectorStoreId } = await createVectorStore({ ctx, input: { name: "s" } });
    const fileId = await addDocument(ctx, vectorStoreId, { filename: "a.txt", text: "The harbour was dredged." });
    // So that its use need not be noted, for which it would wait before.
    await pool().query("UPDATE vector_store SET last_active_at = now() + interval '1 hour' WHERE id = $1", [
      vectorStoreId,
    ]);
    const other = await pool().connect();
    try {
      await other.query("BEGIN");
      await other.query("SELECT FROM vector_store WHERE id = $1 FOR UPDATE", [vectorStoreId]);
      const started = reindexFiles({ ctx, input: { vectorStoreId, fileIds: [fileId], strategy: null } });
      await eventually(async () => expect((await pool().query(WAITING)).rowCount).toBe(1));
      await other.query("SELECT FROM vector_store_file WHERE file_id = $1 FOR UPDATE NOWAIT", [fileId]);
      await other.query("COMMIT");
      expect(await started).toEqual({ started: 1 });
    } finally {
      other.release(true);
    }
  },
);
