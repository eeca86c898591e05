-- AlterTable
ALTER TABLE "chunk" ADD COLUMN     "space_before" TEXT;
