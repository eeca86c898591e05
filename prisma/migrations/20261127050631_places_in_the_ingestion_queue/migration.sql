-- AlterTable
ALTER TABLE "vector_store_file" ADD COLUMN "queue_line" TEXT NOT NULL DEFAULT 'small',
ADD COLUMN "queue_place" INTEGER NOT NULL DEFAULT 0;

DROP INDEX "vector_store_file_queue_idx";

-- Asked whenever a team attaches files: how many of its files wait to be read, and where do its lines end?
CREATE INDEX "vector_store_file_line_idx" ON "vector_store_file" ("team_id", "queue_line", "queue_place") WHERE status = 'in_progress';

-- Where the queue of all teams is: the place of whoever is next.
CREATE INDEX "vector_store_file_next_idx" ON "vector_store_file" ("queue_place") WHERE status = 'in_progress' AND step = 'queued';
