-- AlterTable
ALTER TABLE "api_key" ADD COLUMN     "allowed_tool_ids" TEXT[] COLLATE "C" DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "any_tool" BOOLEAN NOT NULL DEFAULT true,
ADD COLUMN     "default_tool_ids" TEXT[] COLLATE "C" DEFAULT ARRAY[]::TEXT[];

-- CreateTable
CREATE TABLE "saved_tool" (
    "team_id" TEXT COLLATE "C" NOT NULL,
    "id" TEXT COLLATE "C" NOT NULL,
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "settings" JSON NOT NULL,
    "credential_kind" TEXT NOT NULL DEFAULT 'static',
    "secret" TEXT,
    "secret_names" TEXT[],
    "last_test_at" TIMESTAMPTZ(3),
    "last_test_ok" BOOLEAN,
    "last_test_note" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "saved_tool_pkey" PRIMARY KEY ("team_id","id")
);

-- CreateIndex
CREATE UNIQUE INDEX "saved_tool_team_id_name_key" ON "saved_tool"("team_id", "name");

-- AddForeignKey
ALTER TABLE "saved_tool" ADD CONSTRAINT "saved_tool_team_id_fkey" FOREIGN KEY ("team_id") REFERENCES "team"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- How often a team's saved tools are called, fail and how long they take: asked for each tool; nearly no span is one's.
CREATE INDEX "span_saved_tool_idx" ON "span" ("team_id", (attributes ->> 'savedToolId'), "id") WHERE kind = 'tool' AND attributes ->> 'savedToolId' IS NOT NULL;
