-- AlterTable
ALTER TABLE "chunk" ADD COLUMN "embedding_key" BYTEA;

-- CreateIndex
CREATE INDEX "chunk_team_id_embedding_key_idx" ON "chunk"("team_id", "embedding_key");
