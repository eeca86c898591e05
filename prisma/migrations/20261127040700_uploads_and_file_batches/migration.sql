-- CreateTable
CREATE TABLE "upload" (
    "team_id" TEXT COLLATE "C" NOT NULL,
    "id" TEXT COLLATE "C" NOT NULL,
    "filename" TEXT NOT NULL,
    "purpose" TEXT NOT NULL,
    "bytes" BIGINT NOT NULL,
    "media_type" TEXT NOT NULL,
    "expires_after_seconds" INTEGER,
    "status" TEXT NOT NULL,
    "received_bytes" BIGINT NOT NULL DEFAULT 0,
    "file_id" TEXT COLLATE "C",
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "upload_pkey" PRIMARY KEY ("team_id","id")
);

-- CreateTable
CREATE TABLE "upload_part" (
    "team_id" TEXT COLLATE "C" NOT NULL,
    "id" TEXT COLLATE "C" NOT NULL,
    "upload_id" TEXT COLLATE "C" NOT NULL,
    "bytes" BIGINT NOT NULL,
    "sha256" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "upload_part_pkey" PRIMARY KEY ("team_id","id")
);

-- CreateTable
CREATE TABLE "file_batch" (
    "team_id" TEXT COLLATE "C" NOT NULL,
    "id" TEXT COLLATE "C" NOT NULL,
    "vector_store_id" TEXT COLLATE "C" NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "cancelled_at" TIMESTAMPTZ(3),

    CONSTRAINT "file_batch_pkey" PRIMARY KEY ("team_id","id")
);

-- CreateTable
CREATE TABLE "file_batch_file" (
    "team_id" TEXT COLLATE "C" NOT NULL,
    "batch_id" TEXT COLLATE "C" NOT NULL,
    "file_id" TEXT COLLATE "C" NOT NULL,
    "vector_store_id" TEXT COLLATE "C" NOT NULL,

    CONSTRAINT "file_batch_file_pkey" PRIMARY KEY ("team_id","batch_id","file_id")
);

-- CreateIndex
CREATE INDEX "upload_expires_at_idx" ON "upload"("expires_at");

-- CreateIndex
CREATE INDEX "upload_part_team_id_upload_id_idx" ON "upload_part"("team_id", "upload_id");

-- CreateIndex
CREATE INDEX "file_batch_team_id_vector_store_id_idx" ON "file_batch"("team_id", "vector_store_id");

-- CreateIndex
CREATE INDEX "file_batch_file_team_id_vector_store_id_file_id_idx" ON "file_batch_file"("team_id", "vector_store_id", "file_id");

-- CreateIndex
CREATE INDEX "file_team_id_purpose_id_idx" ON "file"("team_id", "purpose", "id");

-- CreateIndex
CREATE INDEX "vector_store_file_team_id_vector_store_id_status_created_at_idx" ON "vector_store_file"("team_id", "vector_store_id", "status", "created_at", "file_id");

-- AddForeignKey
ALTER TABLE "upload_part" ADD CONSTRAINT "upload_part_team_id_upload_id_fkey" FOREIGN KEY ("team_id", "upload_id") REFERENCES "upload"("team_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "file_batch" ADD CONSTRAINT "file_batch_team_id_vector_store_id_fkey" FOREIGN KEY ("team_id", "vector_store_id") REFERENCES "vector_store"("team_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "file_batch_file" ADD CONSTRAINT "file_batch_file_team_id_batch_id_fkey" FOREIGN KEY ("team_id", "batch_id") REFERENCES "file_batch"("team_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "file_batch_file" ADD CONSTRAINT "file_batch_file_team_id_vector_store_id_file_id_fkey" FOREIGN KEY ("team_id", "vector_store_id", "file_id") REFERENCES "vector_store_file"("team_id", "vector_store_id", "file_id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Counted whenever a team attaches files: how many of its files wait to be read?
CREATE INDEX "vector_store_file_queue_idx" ON "vector_store_file" ("team_id") WHERE status = 'in_progress';
