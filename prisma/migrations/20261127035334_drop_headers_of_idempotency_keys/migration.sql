-- AlterTable
ALTER TABLE "idempotency_key" DROP COLUMN "headers";
