-- AlterTable
ALTER TABLE "file_text" ADD COLUMN     "rest_id" TEXT COLLATE "C";

-- CreateTable
CREATE TABLE "file_text_part" (
    "team_id" TEXT COLLATE "C" NOT NULL,
    "file_id" TEXT COLLATE "C" NOT NULL,
    "rest_id" TEXT COLLATE "C" NOT NULL,
    "seq" INTEGER NOT NULL,
    "text" TEXT NOT NULL,

    CONSTRAINT "file_text_part_pkey" PRIMARY KEY ("team_id","file_id","rest_id","seq")
);

-- AddForeignKey
ALTER TABLE "file_text_part" ADD CONSTRAINT "file_text_part_team_id_file_id_fkey" FOREIGN KEY ("team_id", "file_id") REFERENCES "file"("team_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;
