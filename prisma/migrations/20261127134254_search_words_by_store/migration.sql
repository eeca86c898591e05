-- DropIndex
DROP INDEX "chunk_tsv_idx";

-- The words of a passage beside its store, as one more of them: Postgres intersects the two inside the index, so a search does
-- not visit the passages of other stores that say the same.
CREATE INDEX "chunk_words_idx" ON "chunk" USING gin (("tsv" || array_to_tsvector(ARRAY["vector_store_id"])));
ALTER INDEX "chunk_words_idx" ALTER COLUMN 1 SET STATISTICS 0;
