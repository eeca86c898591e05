-- AlterTable
ALTER TABLE "provider_connection" ADD COLUMN     "settings" JSONB NOT NULL DEFAULT '{}';
