-- CreateIndex
CREATE INDEX "file_team_id_sha256_idx" ON "file"("team_id", "sha256");
