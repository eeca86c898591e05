-- AlterTable
ALTER TABLE "file" ADD COLUMN     "item_id" TEXT COLLATE "C";

-- CreateIndex
CREATE INDEX "file_team_id_item_id_idx" ON "file"("team_id", "item_id");
