-- CreateTable
CREATE TABLE "approval_request" (
    "team_id" TEXT COLLATE "C" NOT NULL,
    "id" TEXT COLLATE "C" NOT NULL,
    "response_id" TEXT COLLATE "C" NOT NULL,
    "lost_credentials" JSON NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "approve" BOOLEAN,
    "reason" TEXT,
    "decider_id" TEXT COLLATE "C",
    "decided_at" TIMESTAMPTZ(3),
    "answered_at" TIMESTAMPTZ(3),

    CONSTRAINT "approval_request_pkey" PRIMARY KEY ("team_id","id")
);

-- CreateIndex
CREATE INDEX "approval_request_team_id_response_id_idx" ON "approval_request"("team_id", "response_id");

-- AddForeignKey
ALTER TABLE "approval_request" ADD CONSTRAINT "approval_request_team_id_response_id_fkey" FOREIGN KEY ("team_id", "response_id") REFERENCES "response"("team_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- The inbox, and the number of what waits in it, beside every page; nearly every request for approval is answered.
CREATE INDEX "approval_request_pending_idx" ON "approval_request" ("team_id", "response_id") WHERE answered_at IS NULL;
