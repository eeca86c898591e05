-- AlterTable
ALTER TABLE "vector_store" ADD COLUMN     "indexed_generation" INTEGER;
