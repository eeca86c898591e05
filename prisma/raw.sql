-- What schema.prisma cannot say. Every migration folder together equals schema.prisma plus these statements; the
-- drift test builds both and compares the catalogues. One statement a block, blocks parted by an empty line.

-- `halfvec` is pgvector's; it has to exist before the tables do.
CREATE EXTENSION IF NOT EXISTS vector;

-- Ids are compared byte by byte, whatever the database's locale: keyset paging, partition bounds and plain index
-- look-ups depend on it, and columns of two collations cannot be joined. Covers `id`, `*_id` and `*_ids`.
DO $$
DECLARE target record;
BEGIN
  FOR target IN
    SELECT c.relname AS table_name, string_agg(format('ALTER COLUMN %I TYPE %s COLLATE "C"', a.attname, format_type(a.atttypid, a.atttypmod)), ', ') AS changes
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname <> '_prisma_migrations'
       AND a.attnum > 0 AND NOT a.attisdropped AND a.atttypid IN ('text'::regtype, 'text[]'::regtype)
       AND a.attname ~ '(^|_)ids?$'
     GROUP BY c.relname
  LOOP
    EXECUTE format('ALTER TABLE %I %s', target.table_name, target.changes);
  END LOOP;
END $$;

-- Vectors stay in the row: an exact scan that fetches them from TOAST costs four times the CPU. Holds 4,000 dimensions.
ALTER TABLE "chunk_embedding" ALTER COLUMN "embedding" SET STORAGE PLAIN;

-- Nothing of a passage leaves its row, as Postgres would have it from 2 kB on: ranking reads the text index's words of
-- hundreds of rows, and from TOAST each costs four page reads and a decompression.
ALTER TABLE "chunk" SET (toast_tuple_target = 8160);

-- Nor the team's and the store's id beside a vector: being all that may go out of the row, they would, and an exact scan
-- that fetches them takes four times as long.
ALTER TABLE "chunk_embedding" SET (toast_tuple_target = 8160);

-- No plan asks which words, passages or numbers are common: looking costs most of an ANALYZE, which runs after ingestions.
ALTER TABLE "chunk" ALTER COLUMN "tsv" SET STATISTICS 0, ALTER COLUMN "text" SET STATISTICS 0;
ALTER TABLE "chunk_embedding" ALTER COLUMN "embedding" SET STATISTICS 0;

-- The words of a passage beside its store, as one more of them: Postgres intersects the two inside the index, so a search does
-- not visit the passages of other stores that say the same.
CREATE INDEX "chunk_words_idx" ON "chunk" USING gin (("tsv" || array_to_tsvector(ARRAY["vector_store_id"])));
ALTER INDEX "chunk_words_idx" ALTER COLUMN 1 SET STATISTICS 0;

-- The sweep of stalled ingestions looks at the open ones of all teams, each minute; nearly every row is closed.
CREATE INDEX "vector_store_file_open_idx" ON "vector_store_file" ("updated_at") WHERE status = 'in_progress';

-- Asked whenever a team attaches files: how many of its files wait to be read, and where do its lines end?
CREATE INDEX "vector_store_file_line_idx" ON "vector_store_file" ("team_id", "queue_line", "queue_place") WHERE status = 'in_progress';

-- Where the queue of all teams is: the place of whoever is next.
CREATE INDEX "vector_store_file_next_idx" ON "vector_store_file" ("queue_place") WHERE status = 'in_progress' AND step = 'queued';

-- The sweep of vectors that no generation of their store has any more, each minute; nearly every build is swept.
CREATE INDEX "vector_store_build_open_idx" ON "vector_store_build" ("updated_at") WHERE swept_at IS NULL;

-- The sweep of background responses that are not to be stored, each minute; nearly every response is stored.
CREATE INDEX "response_expires_idx" ON "response" ("expires_at") WHERE expires_at IS NOT NULL;

-- The inbox, and the number of what waits in it, beside every page; nearly every request for approval is answered.
CREATE INDEX "approval_request_pending_idx" ON "approval_request" ("team_id", "response_id") WHERE answered_at IS NULL;

-- Asked when a response is deleted: who else holds its items? With a pending list one insert in many would pay for
-- all the others' index entries, inside a request.
ALTER INDEX "response_history_item_ids_input_item_ids_output_item_ids_idx" SET (fastupdate = off);

-- Makes an empty table `PARTITION BY RANGE (id)` with a default partition, keeping its columns, key and indexes.
-- Ids begin with their time: a month is dropped in no time, where deleting its rows would bloat the table.
CREATE FUNCTION pg_temp.partition_by_id(name text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  key_definition text := (SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = name::regclass AND contype = 'p');
  index_definitions text[] := (SELECT coalesce(array_agg(pg_get_indexdef(indexrelid) ORDER BY indexrelid), '{}') FROM pg_index WHERE indrelid = name::regclass AND NOT indisprimary);
  definition text;
BEGIN
  EXECUTE format('ALTER TABLE %I RENAME TO %I', name, name || '_plain');
  EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS) PARTITION BY RANGE (id)', name, name || '_plain');
  EXECUTE format('DROP TABLE %I', name || '_plain');
  EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I %s', name, name || '_pkey', key_definition);
  FOREACH definition IN ARRAY index_definitions LOOP EXECUTE definition; END LOOP;
  EXECUTE format('CREATE TABLE %I PARTITION OF %I DEFAULT', name || '_default', name);
END $$;

-- The list of traces, one row a request.
SELECT pg_temp.partition_by_id('trace');

-- What a trace consists of.
SELECT pg_temp.partition_by_id('span');

-- Content, with its own, shorter retention.
SELECT pg_temp.partition_by_id('trace_payload');

-- How often a team's saved tools are called, fail and how long they take: asked for each tool; nearly no span is one's.
CREATE INDEX "span_saved_tool_idx" ON "span" ("team_id", (attributes ->> 'savedToolId'), "id") WHERE kind = 'tool' AND attributes ->> 'savedToolId' IS NOT NULL;
