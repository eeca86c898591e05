-- CreateTable
CREATE TABLE "url_import" (
    "team_id" TEXT COLLATE "C" NOT NULL,
    "id" TEXT COLLATE "C" NOT NULL,
    "vector_store_id" TEXT COLLATE "C" NOT NULL,
    "sitemap_url" TEXT,
    "other_hosts" BOOLEAN NOT NULL DEFAULT false,
    "listed" BOOLEAN NOT NULL,
    "skipped_count" INTEGER NOT NULL DEFAULT 0,
    "status" TEXT NOT NULL,
    "error_message" TEXT,
    "job_id" TEXT COLLATE "C" NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "url_import_pkey" PRIMARY KEY ("team_id","id")
);

-- CreateTable
CREATE TABLE "url_import_page" (
    "team_id" TEXT COLLATE "C" NOT NULL,
    "import_id" TEXT COLLATE "C" NOT NULL,
    "ordinal" INTEGER NOT NULL,
    "url" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "file_id" TEXT COLLATE "C",
    "error_message" TEXT,

    CONSTRAINT "url_import_page_pkey" PRIMARY KEY ("team_id","import_id","ordinal")
);

-- CreateIndex
CREATE INDEX "url_import_team_id_vector_store_id_id_idx" ON "url_import"("team_id", "vector_store_id", "id");

-- AddForeignKey
ALTER TABLE "url_import" ADD CONSTRAINT "url_import_team_id_vector_store_id_fkey" FOREIGN KEY ("team_id", "vector_store_id") REFERENCES "vector_store"("team_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "url_import_page" ADD CONSTRAINT "url_import_page_team_id_import_id_fkey" FOREIGN KEY ("team_id", "import_id") REFERENCES "url_import"("team_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;
