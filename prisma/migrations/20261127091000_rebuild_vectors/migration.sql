-- The keys of vectors that exist are not carried over: that would write every vector anew, and a text without one is
-- only embedded once more.
-- DropIndex
DROP INDEX "chunk_team_id_embedding_key_idx";

-- DropIndex
DROP INDEX "chunk_team_id_vector_store_id_file_id_generation_ordinal_key";

-- DropIndex
DROP INDEX "chunk_embedding_team_id_chunk_id_key";

-- AlterTable
ALTER TABLE "chunk" DROP COLUMN "embedding_key",
DROP COLUMN "generation",
ADD COLUMN     "lead" TEXT NOT NULL DEFAULT '';

-- AlterTable
ALTER TABLE "chunk_embedding" DROP CONSTRAINT "chunk_embedding_pkey",
ADD COLUMN     "embedding_key" BYTEA,
ADD CONSTRAINT "chunk_embedding_pkey" PRIMARY KEY ("team_id", "vector_store_id", "generation", "chunk_id");

-- AlterTable
ALTER TABLE "vector_store" ADD COLUMN     "embedding_options" JSONB NOT NULL DEFAULT '{}';

-- AlterTable
ALTER TABLE "vector_store_file" ADD COLUMN     "built_generation" INTEGER;

-- CreateTable
CREATE TABLE "vector_store_build" (
    "team_id" TEXT COLLATE "C" NOT NULL,
    "vector_store_id" TEXT COLLATE "C" NOT NULL,
    "build_id" TEXT COLLATE "C" NOT NULL,
    "status" TEXT NOT NULL,
    "generation" INTEGER NOT NULL,
    "embedding_model" TEXT NOT NULL,
    "dimensions" INTEGER NOT NULL,
    "embedding_options" JSONB NOT NULL,
    "done_count" INTEGER NOT NULL DEFAULT 0,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "error_code" TEXT,
    "error_message" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "swept_at" TIMESTAMPTZ(3),

    CONSTRAINT "vector_store_build_pkey" PRIMARY KEY ("team_id","vector_store_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "chunk_team_id_vector_store_id_file_id_ordinal_key" ON "chunk"("team_id", "vector_store_id", "file_id", "ordinal");

-- CreateIndex
CREATE INDEX "chunk_embedding_team_id_embedding_key_idx" ON "chunk_embedding"("team_id", "embedding_key");

-- CreateIndex
CREATE UNIQUE INDEX "chunk_embedding_team_id_chunk_id_generation_key" ON "chunk_embedding"("team_id", "chunk_id", "generation");

-- AddForeignKey
ALTER TABLE "vector_store_build" ADD CONSTRAINT "vector_store_build_team_id_vector_store_id_fkey" FOREIGN KEY ("team_id", "vector_store_id") REFERENCES "vector_store"("team_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- The sweep of vectors that no generation of their store has any more, each minute; nearly every build is swept.
CREATE INDEX "vector_store_build_open_idx" ON "vector_store_build" ("updated_at") WHERE swept_at IS NULL;
