-- AlterTable
ALTER TABLE "vector_store" ADD COLUMN     "search_settings" JSONB NOT NULL DEFAULT '{}';
