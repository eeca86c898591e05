-- AlterTable
ALTER TABLE "vector_store_file" ADD COLUMN     "text_configuration" TEXT NOT NULL DEFAULT 'english';
