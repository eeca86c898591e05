-- CreateTable
CREATE TABLE "retrieval_test_set" (
    "team_id" TEXT COLLATE "C" NOT NULL,
    "id" TEXT COLLATE "C" NOT NULL,
    "vector_store_id" TEXT COLLATE "C" NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "retrieval_test_set_pkey" PRIMARY KEY ("team_id","id")
);

-- CreateTable
CREATE TABLE "retrieval_test_query" (
    "team_id" TEXT COLLATE "C" NOT NULL,
    "id" TEXT COLLATE "C" NOT NULL,
    "test_set_id" TEXT COLLATE "C" NOT NULL,
    "text" TEXT NOT NULL,
    "expected" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "retrieval_test_query_pkey" PRIMARY KEY ("team_id","id")
);

-- CreateTable
CREATE TABLE "retrieval_test_run" (
    "team_id" TEXT COLLATE "C" NOT NULL,
    "id" TEXT COLLATE "C" NOT NULL,
    "test_set_id" TEXT COLLATE "C" NOT NULL,
    "vector_store_id" TEXT COLLATE "C" NOT NULL,
    "status" TEXT NOT NULL,
    "settings" JSONB NOT NULL,
    "embedding_model" TEXT NOT NULL,
    "generation" INTEGER NOT NULL,
    "query_count" INTEGER NOT NULL,
    "recall" DOUBLE PRECISION,
    "mrr" DOUBLE PRECISION,
    "ndcg" DOUBLE PRECISION,
    "results" JSONB NOT NULL DEFAULT '[]',
    "error_message" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "retrieval_test_run_pkey" PRIMARY KEY ("team_id","id")
);

-- CreateIndex
CREATE INDEX "retrieval_test_set_team_id_vector_store_id_idx" ON "retrieval_test_set"("team_id", "vector_store_id");

-- CreateIndex
CREATE INDEX "retrieval_test_query_team_id_test_set_id_idx" ON "retrieval_test_query"("team_id", "test_set_id");

-- CreateIndex
CREATE INDEX "retrieval_test_run_team_id_test_set_id_idx" ON "retrieval_test_run"("team_id", "test_set_id");

-- CreateIndex
CREATE INDEX "retrieval_test_run_team_id_vector_store_id_id_idx" ON "retrieval_test_run"("team_id", "vector_store_id", "id");

-- AddForeignKey
ALTER TABLE "retrieval_test_set" ADD CONSTRAINT "retrieval_test_set_team_id_vector_store_id_fkey" FOREIGN KEY ("team_id", "vector_store_id") REFERENCES "vector_store"("team_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "retrieval_test_query" ADD CONSTRAINT "retrieval_test_query_team_id_test_set_id_fkey" FOREIGN KEY ("team_id", "test_set_id") REFERENCES "retrieval_test_set"("team_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "retrieval_test_run" ADD CONSTRAINT "retrieval_test_run_team_id_test_set_id_fkey" FOREIGN KEY ("team_id", "test_set_id") REFERENCES "retrieval_test_set"("team_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;
