-- CreateTable
CREATE TABLE "embedding_usage" (
    "team_id" TEXT COLLATE "C" NOT NULL,
    "vector_store_id" TEXT COLLATE "C" NOT NULL,
    "day" DATE NOT NULL,
    "model" TEXT NOT NULL,
    "texts" INTEGER NOT NULL,
    "tokens" BIGINT NOT NULL,
    "cost_usd" DOUBLE PRECISION NOT NULL,
    "unpriced_tokens" BIGINT NOT NULL,

    CONSTRAINT "embedding_usage_pkey" PRIMARY KEY ("team_id","vector_store_id","day","model")
);

-- AddForeignKey
ALTER TABLE "embedding_usage" ADD CONSTRAINT "embedding_usage_team_id_vector_store_id_fkey" FOREIGN KEY ("team_id", "vector_store_id") REFERENCES "vector_store"("team_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;
