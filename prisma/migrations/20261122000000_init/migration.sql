-- `halfvec` is pgvector's; it has to exist before the tables do.
CREATE EXTENSION IF NOT EXISTS vector;

-- CreateTable
CREATE TABLE "team" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "default_model" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "team_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "app_user" (
    "id" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "name" TEXT,
    "image" TEXT,
    "password_hash" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "app_user_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "oauth_account" (
    "provider" TEXT NOT NULL,
    "provider_account_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "oauth_account_pkey" PRIMARY KEY ("provider","provider_account_id")
);

-- CreateTable
CREATE TABLE "membership" (
    "team_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "membership_pkey" PRIMARY KEY ("team_id","user_id")
);

-- CreateTable
CREATE TABLE "session" (
    "id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "user_agent" TEXT,
    "address" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "revoked_at" TIMESTAMPTZ(3),
    "active_team_id" TEXT,

    CONSTRAINT "session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "setup_token" (
    "token_hash" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "setup_token_pkey" PRIMARY KEY ("token_hash")
);

-- CreateTable
CREATE TABLE "invitation" (
    "id" TEXT NOT NULL,
    "team_id" TEXT NOT NULL,
    "token_hash" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "email" TEXT,
    "created_by_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "accepted_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "invitation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sign_in_attempt" (
    "key" TEXT NOT NULL,
    "failures" INTEGER NOT NULL,
    "window_start" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "sign_in_attempt_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "api_key" (
    "id" TEXT NOT NULL,
    "team_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "prefix" TEXT NOT NULL,
    "last_four" TEXT NOT NULL,
    "scopes" TEXT[],
    "log_content" BOOLEAN NOT NULL DEFAULT true,
    "requests_per_minute" INTEGER,
    "tokens_per_minute" INTEGER,
    "concurrent_runs" INTEGER,
    "created_by_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3),
    "last_used_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "api_key_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "provider_connection" (
    "id" TEXT NOT NULL,
    "team_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "base_url" TEXT,
    "secret" TEXT,
    "secret_hint" TEXT,
    "models" TEXT[],
    "position" INTEGER NOT NULL DEFAULT 0,
    "last_test_at" TIMESTAMPTZ(3),
    "last_test_ok" BOOLEAN,
    "last_test_note" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "provider_connection_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "model_route" (
    "id" TEXT NOT NULL,
    "team_id" TEXT NOT NULL,
    "alias" TEXT NOT NULL,
    "targets" TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "model_route_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_log" (
    "team_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "actor_type" TEXT NOT NULL,
    "actor_id" TEXT,
    "action" TEXT NOT NULL,
    "resource_type" TEXT NOT NULL,
    "resource_id" TEXT,
    "detail" JSONB NOT NULL DEFAULT '{}',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "audit_log_pkey" PRIMARY KEY ("team_id","id")
);

-- CreateTable
CREATE TABLE "idempotency_key" (
    "team_id" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "request_hash" TEXT NOT NULL,
    "status" INTEGER,
    "headers" JSONB,
    "body" BYTEA,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "idempotency_key_pkey" PRIMARY KEY ("team_id","key")
);

-- CreateTable
CREATE TABLE "response" (
    "team_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "model" TEXT NOT NULL,
    "previous_response_id" TEXT,
    "api_key_id" TEXT,
    "user_id" TEXT,
    "body" JSON NOT NULL,
    "history_item_ids" TEXT[],
    "input_item_ids" TEXT[],
    "output_item_ids" TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "completed_at" TIMESTAMPTZ(3),

    CONSTRAINT "response_pkey" PRIMARY KEY ("team_id","id")
);

-- CreateTable
CREATE TABLE "item" (
    "team_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "body" JSON NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "item_pkey" PRIMARY KEY ("team_id","id")
);

-- CreateTable
CREATE TABLE "trace" (
    "team_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "error_code" TEXT,
    "error_message" TEXT,
    "http_status" INTEGER,
    "response_id" TEXT,
    "conversation_id" TEXT,
    "requested_model" TEXT,
    "served_model" TEXT,
    "provider" TEXT,
    "api_key_id" TEXT,
    "user_id" TEXT,
    "input_tokens" INTEGER,
    "cached_tokens" INTEGER,
    "output_tokens" INTEGER,
    "reasoning_tokens" INTEGER,
    "cost_usd" DOUBLE PRECISION,
    "time_to_first_token_ms" DOUBLE PRECISION,
    "duration_ms" DOUBLE PRECISION,
    "tool_names" TEXT[],
    "vector_store_ids" TEXT[],
    "input_preview" TEXT,
    "output_preview" TEXT,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "seen_at" TIMESTAMPTZ(3),
    "has_content" BOOLEAN NOT NULL DEFAULT true,

    CONSTRAINT "trace_pkey" PRIMARY KEY ("team_id","id")
);

-- CreateTable
CREATE TABLE "span" (
    "team_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "parent_id" TEXT,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "error_code" TEXT,
    "error_message" TEXT,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "offset_ms" DOUBLE PRECISION NOT NULL,
    "duration_ms" DOUBLE PRECISION NOT NULL,
    "first_token_ms" DOUBLE PRECISION,
    "attributes" JSON NOT NULL DEFAULT '{}',

    CONSTRAINT "span_pkey" PRIMARY KEY ("team_id","id")
);

-- CreateTable
CREATE TABLE "trace_payload" (
    "team_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "body" JSON NOT NULL,

    CONSTRAINT "trace_payload_pkey" PRIMARY KEY ("team_id","id")
);

-- CreateTable
CREATE TABLE "usage_daily" (
    "team_id" TEXT NOT NULL,
    "day" DATE NOT NULL,
    "api_key_id" TEXT NOT NULL,
    "model" TEXT NOT NULL,
    "provider" TEXT NOT NULL,
    "requests" INTEGER NOT NULL DEFAULT 0,
    "failed" INTEGER NOT NULL DEFAULT 0,
    "input_tokens" BIGINT NOT NULL DEFAULT 0,
    "cached_tokens" BIGINT NOT NULL DEFAULT 0,
    "output_tokens" BIGINT NOT NULL DEFAULT 0,
    "reasoning_tokens" BIGINT NOT NULL DEFAULT 0,
    "cost_usd" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "unpriced" INTEGER NOT NULL DEFAULT 0,
    "duration_ms_sum" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "first_token_ms_sum" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "first_token_count" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "usage_daily_pkey" PRIMARY KEY ("team_id","day","api_key_id","model","provider")
);

-- CreateTable
CREATE TABLE "file" (
    "team_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "filename" TEXT NOT NULL,
    "purpose" TEXT NOT NULL,
    "bytes" BIGINT NOT NULL,
    "sha256" TEXT NOT NULL,
    "media_type" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3),

    CONSTRAINT "file_pkey" PRIMARY KEY ("team_id","id")
);

-- CreateTable
CREATE TABLE "file_text" (
    "team_id" TEXT NOT NULL,
    "file_id" TEXT NOT NULL,
    "parser_version" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "pages" JSONB NOT NULL DEFAULT '[]',
    "headings" JSONB NOT NULL DEFAULT '[]',

    CONSTRAINT "file_text_pkey" PRIMARY KEY ("team_id","file_id")
);

-- CreateTable
CREATE TABLE "blob_chunk" (
    "team_id" TEXT NOT NULL,
    "blob_id" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "data" BYTEA NOT NULL,

    CONSTRAINT "blob_chunk_pkey" PRIMARY KEY ("team_id","blob_id","seq")
);

-- CreateTable
CREATE TABLE "blob_garbage" (
    "team_id" TEXT NOT NULL,
    "blob_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "blob_garbage_pkey" PRIMARY KEY ("team_id","blob_id")
);

-- CreateTable
CREATE TABLE "vector_store" (
    "team_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT,
    "metadata" JSONB NOT NULL DEFAULT '{}',
    "embedding_model" TEXT NOT NULL,
    "dimensions" INTEGER,
    "generation" INTEGER NOT NULL DEFAULT 1,
    "expires_after_days" INTEGER,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "last_active_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "vector_store_pkey" PRIMARY KEY ("team_id","id")
);

-- CreateTable
CREATE TABLE "vector_store_file" (
    "team_id" TEXT NOT NULL,
    "vector_store_id" TEXT NOT NULL,
    "file_id" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "step" TEXT NOT NULL,
    "done_count" INTEGER NOT NULL DEFAULT 0,
    "total_count" INTEGER NOT NULL DEFAULT 0,
    "error_code" TEXT,
    "error_message" TEXT,
    "attributes" JSONB NOT NULL DEFAULT '{}',
    "chunking_strategy" JSONB NOT NULL,
    "usage_bytes" BIGINT NOT NULL DEFAULT 0,
    "chunk_count" INTEGER NOT NULL DEFAULT 0,
    "lexeme_count" BIGINT NOT NULL DEFAULT 0,
    "ingest_id" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "vector_store_file_pkey" PRIMARY KEY ("team_id","vector_store_id","file_id")
);

-- CreateTable
CREATE TABLE "chunk" (
    "team_id" TEXT NOT NULL,
    "id" BIGSERIAL NOT NULL,
    "vector_store_id" TEXT NOT NULL,
    "file_id" TEXT NOT NULL,
    "generation" INTEGER NOT NULL,
    "ordinal" INTEGER NOT NULL,
    "page" INTEGER,
    "char_start" INTEGER NOT NULL,
    "char_end" INTEGER NOT NULL,
    "heading_path" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "token_count" INTEGER NOT NULL,
    "lexeme_count" INTEGER NOT NULL,
    "tsv" tsvector NOT NULL,

    CONSTRAINT "chunk_pkey" PRIMARY KEY ("team_id","id")
);

-- CreateTable
CREATE TABLE "chunk_embedding" (
    "team_id" TEXT NOT NULL,
    "vector_store_id" TEXT NOT NULL,
    "chunk_id" BIGINT NOT NULL,
    "generation" INTEGER NOT NULL,
    "embedding" halfvec NOT NULL,

    CONSTRAINT "chunk_embedding_pkey" PRIMARY KEY ("team_id","vector_store_id","chunk_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "app_user_email_key" ON "app_user"("email");

-- CreateIndex
CREATE INDEX "oauth_account_user_id_idx" ON "oauth_account"("user_id");

-- CreateIndex
CREATE INDEX "membership_user_id_idx" ON "membership"("user_id");

-- CreateIndex
CREATE INDEX "session_user_id_idx" ON "session"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "invitation_token_hash_key" ON "invitation"("token_hash");

-- CreateIndex
CREATE INDEX "invitation_team_id_created_at_idx" ON "invitation"("team_id", "created_at");

-- CreateIndex
CREATE UNIQUE INDEX "api_key_hash_key" ON "api_key"("hash");

-- CreateIndex
CREATE INDEX "api_key_team_id_id_idx" ON "api_key"("team_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "provider_connection_team_id_name_key" ON "provider_connection"("team_id", "name");

-- CreateIndex
CREATE UNIQUE INDEX "model_route_team_id_alias_key" ON "model_route"("team_id", "alias");

-- CreateIndex
CREATE INDEX "idempotency_key_expires_at_idx" ON "idempotency_key"("expires_at");

-- CreateIndex
CREATE INDEX "response_history_item_ids_input_item_ids_output_item_ids_idx" ON "response" USING GIN ("history_item_ids", "input_item_ids", "output_item_ids");

-- CreateIndex
CREATE INDEX "trace_team_id_status_id_idx" ON "trace"("team_id", "status", "id");

-- CreateIndex
CREATE INDEX "trace_team_id_api_key_id_id_idx" ON "trace"("team_id", "api_key_id", "id");

-- CreateIndex
CREATE INDEX "trace_team_id_served_model_id_idx" ON "trace"("team_id", "served_model", "id");

-- CreateIndex
CREATE INDEX "trace_team_id_response_id_idx" ON "trace"("team_id", "response_id");

-- CreateIndex
CREATE INDEX "file_expires_at_idx" ON "file"("expires_at");

-- CreateIndex
CREATE INDEX "vector_store_file_team_id_file_id_idx" ON "vector_store_file"("team_id", "file_id");

-- CreateIndex
CREATE INDEX "vector_store_file_team_id_vector_store_id_created_at_file_i_idx" ON "vector_store_file"("team_id", "vector_store_id", "created_at", "file_id");

-- CreateIndex
CREATE INDEX "chunk_tsv_idx" ON "chunk" USING GIN ("tsv");

-- CreateIndex
CREATE UNIQUE INDEX "chunk_team_id_vector_store_id_file_id_generation_ordinal_key" ON "chunk"("team_id", "vector_store_id", "file_id", "generation", "ordinal");

-- CreateIndex
CREATE UNIQUE INDEX "chunk_embedding_team_id_chunk_id_key" ON "chunk_embedding"("team_id", "chunk_id");

-- AddForeignKey
ALTER TABLE "oauth_account" ADD CONSTRAINT "oauth_account_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "app_user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "membership" ADD CONSTRAINT "membership_team_id_fkey" FOREIGN KEY ("team_id") REFERENCES "team"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "membership" ADD CONSTRAINT "membership_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "app_user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "session" ADD CONSTRAINT "session_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "app_user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "invitation" ADD CONSTRAINT "invitation_team_id_fkey" FOREIGN KEY ("team_id") REFERENCES "team"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_team_id_fkey" FOREIGN KEY ("team_id") REFERENCES "team"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "provider_connection" ADD CONSTRAINT "provider_connection_team_id_fkey" FOREIGN KEY ("team_id") REFERENCES "team"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "model_route" ADD CONSTRAINT "model_route_team_id_fkey" FOREIGN KEY ("team_id") REFERENCES "team"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "file_text" ADD CONSTRAINT "file_text_team_id_file_id_fkey" FOREIGN KEY ("team_id", "file_id") REFERENCES "file"("team_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "vector_store_file" ADD CONSTRAINT "vector_store_file_team_id_vector_store_id_fkey" FOREIGN KEY ("team_id", "vector_store_id") REFERENCES "vector_store"("team_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "vector_store_file" ADD CONSTRAINT "vector_store_file_team_id_file_id_fkey" FOREIGN KEY ("team_id", "file_id") REFERENCES "file"("team_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "chunk" ADD CONSTRAINT "chunk_team_id_vector_store_id_file_id_fkey" FOREIGN KEY ("team_id", "vector_store_id", "file_id") REFERENCES "vector_store_file"("team_id", "vector_store_id", "file_id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "chunk_embedding" ADD CONSTRAINT "chunk_embedding_team_id_chunk_id_fkey" FOREIGN KEY ("team_id", "chunk_id") REFERENCES "chunk"("team_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

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

-- The sweep of stalled ingestions looks at the open ones of all teams, each minute; nearly every row is closed.
CREATE INDEX "vector_store_file_open_idx" ON "vector_store_file" ("updated_at") WHERE status = 'in_progress';

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
