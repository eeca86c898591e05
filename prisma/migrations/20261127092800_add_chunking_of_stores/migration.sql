-- AlterTable
ALTER TABLE "vector_store" ADD COLUMN     "chunking_strategy" JSONB;
