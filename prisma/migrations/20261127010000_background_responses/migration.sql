-- AlterTable
ALTER TABLE "response" ADD COLUMN     "expires_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "team" ADD COLUMN     "response_retention_days" INTEGER NOT NULL DEFAULT 30,
ADD COLUMN     "trace_retention_days" INTEGER NOT NULL DEFAULT 30;

-- CreateTable
CREATE TABLE "response_event" (
    "team_id" TEXT COLLATE "C" NOT NULL,
    "response_id" TEXT COLLATE "C" NOT NULL,
    "seq" INTEGER NOT NULL,
    "body" JSON NOT NULL,

    CONSTRAINT "response_event_pkey" PRIMARY KEY ("team_id","response_id","seq")
);

-- CreateTable
CREATE TABLE "background_run" (
    "team_id" TEXT COLLATE "C" NOT NULL,
    "response_id" TEXT COLLATE "C" NOT NULL,
    "request" JSON NOT NULL,
    "principal" JSON NOT NULL,
    "provider_header" TEXT,
    "trace_id" TEXT COLLATE "C" NOT NULL,
    "job_id" TEXT COLLATE "C" NOT NULL,
    "attempt" INTEGER NOT NULL DEFAULT 0,
    "tool_called" BOOLEAN NOT NULL DEFAULT false,
    "cancel_requested" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "background_run_pkey" PRIMARY KEY ("team_id","response_id")
);

-- CreateIndex
CREATE INDEX "background_run_created_at_idx" ON "background_run"("created_at");

-- The sweep of background responses that are not to be stored, each minute; nearly every response is stored.
CREATE INDEX "response_expires_idx" ON "response" ("expires_at") WHERE expires_at IS NOT NULL;
