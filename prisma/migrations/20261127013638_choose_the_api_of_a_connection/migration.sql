-- AlterTable
ALTER TABLE "provider_connection" ADD COLUMN     "wire" TEXT NOT NULL DEFAULT 'auto';
