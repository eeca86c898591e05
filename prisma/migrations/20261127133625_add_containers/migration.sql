-- CreateTable
CREATE TABLE "container" (
    "team_id" TEXT COLLATE "C" NOT NULL,
    "id" TEXT COLLATE "C" NOT NULL,
    "name" TEXT NOT NULL,
    "memory_mb" INTEGER NOT NULL,
    "expires_after_minutes" INTEGER NOT NULL,
    "session" TEXT,
    "busy_until" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "last_active_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "container_pkey" PRIMARY KEY ("team_id","id")
);

-- CreateTable
CREATE TABLE "container_file" (
    "team_id" TEXT COLLATE "C" NOT NULL,
    "id" TEXT COLLATE "C" NOT NULL,
    "container_id" TEXT COLLATE "C" NOT NULL,
    "path" TEXT NOT NULL,
    "bytes" BIGINT NOT NULL,
    "sha256" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "blob_id" TEXT COLLATE "C" NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "container_file_pkey" PRIMARY KEY ("team_id","id")
);

-- CreateIndex
CREATE INDEX "container_expires_at_idx" ON "container"("expires_at");

-- CreateIndex
CREATE UNIQUE INDEX "container_file_team_id_container_id_path_key" ON "container_file"("team_id", "container_id", "path");

-- AddForeignKey
ALTER TABLE "container_file" ADD CONSTRAINT "container_file_team_id_container_id_fkey" FOREIGN KEY ("team_id", "container_id") REFERENCES "container"("team_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;
