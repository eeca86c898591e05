-- CreateTable
CREATE TABLE "conversation" (
    "team_id" TEXT COLLATE "C" NOT NULL,
    "id" TEXT COLLATE "C" NOT NULL,
    "metadata" JSONB NOT NULL DEFAULT '{}',
    "next_position" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "conversation_pkey" PRIMARY KEY ("team_id","id")
);

-- CreateTable
CREATE TABLE "conversation_item" (
    "team_id" TEXT COLLATE "C" NOT NULL,
    "conversation_id" TEXT COLLATE "C" NOT NULL,
    "position" INTEGER NOT NULL,
    "item_id" TEXT COLLATE "C" NOT NULL,

    CONSTRAINT "conversation_item_pkey" PRIMARY KEY ("team_id","conversation_id","position")
);

-- CreateTable
CREATE TABLE "prompt" (
    "team_id" TEXT COLLATE "C" NOT NULL,
    "id" TEXT COLLATE "C" NOT NULL,
    "name" TEXT NOT NULL,
    "default_version" INTEGER NOT NULL DEFAULT 1,
    "latest_version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "prompt_pkey" PRIMARY KEY ("team_id","id")
);

-- CreateTable
CREATE TABLE "prompt_version" (
    "team_id" TEXT COLLATE "C" NOT NULL,
    "prompt_id" TEXT COLLATE "C" NOT NULL,
    "version" INTEGER NOT NULL,
    "body" JSON NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "prompt_version_pkey" PRIMARY KEY ("team_id","prompt_id","version")
);

-- CreateIndex
CREATE INDEX "conversation_item_team_id_item_id_idx" ON "conversation_item"("team_id", "item_id");

-- CreateIndex
CREATE UNIQUE INDEX "conversation_item_team_id_conversation_id_item_id_key" ON "conversation_item"("team_id", "conversation_id", "item_id");

-- AddForeignKey
ALTER TABLE "conversation_item" ADD CONSTRAINT "conversation_item_team_id_conversation_id_fkey" FOREIGN KEY ("team_id", "conversation_id") REFERENCES "conversation"("team_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "conversation_item" ADD CONSTRAINT "conversation_item_team_id_item_id_fkey" FOREIGN KEY ("team_id", "item_id") REFERENCES "item"("team_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "prompt_version" ADD CONSTRAINT "prompt_version_team_id_prompt_id_fkey" FOREIGN KEY ("team_id", "prompt_id") REFERENCES "prompt"("team_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;
