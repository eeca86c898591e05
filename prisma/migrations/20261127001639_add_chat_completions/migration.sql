-- CreateTable
CREATE TABLE "chat_completion" (
    "team_id" TEXT COLLATE "C" NOT NULL,
    "id" TEXT COLLATE "C" NOT NULL,
    "model" TEXT NOT NULL,
    "metadata" JSONB NOT NULL DEFAULT '{}',
    "body" JSON NOT NULL,
    "messages" JSON NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "chat_completion_pkey" PRIMARY KEY ("team_id","id")
);

-- CreateIndex
CREATE INDEX "chat_completion_team_id_model_id_idx" ON "chat_completion"("team_id", "model", "id");

-- CreateIndex
CREATE INDEX "chat_completion_metadata_idx" ON "chat_completion" USING GIN ("metadata" jsonb_path_ops);
