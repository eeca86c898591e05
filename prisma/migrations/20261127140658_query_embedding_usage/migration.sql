-- AlterTable
ALTER TABLE "embedding_usage" DROP CONSTRAINT "embedding_usage_pkey",
ADD COLUMN     "kind" TEXT NOT NULL DEFAULT 'document',
ADD CONSTRAINT "embedding_usage_pkey" PRIMARY KEY ("team_id", "vector_store_id", "day", "model", "kind");
