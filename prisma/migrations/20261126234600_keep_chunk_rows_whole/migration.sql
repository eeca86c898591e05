-- Nothing of a passage leaves its row, as Postgres would have it from 2 kB on: ranking reads the text index's words of
-- hundreds of rows, and from TOAST each costs four page reads and a decompression.
ALTER TABLE "chunk" SET (toast_tuple_target = 8160);

-- Nor the team's and the store's id beside a vector: being all that may go out of the row, they would, and an exact scan
-- that fetches them takes four times as long.
ALTER TABLE "chunk_embedding" SET (toast_tuple_target = 8160);

-- No plan asks which words, passages or numbers are common: looking costs most of an ANALYZE, which runs after ingestions.
ALTER TABLE "chunk" ALTER COLUMN "tsv" SET STATISTICS 0, ALTER COLUMN "text" SET STATISTICS 0;
ALTER TABLE "chunk_embedding" ALTER COLUMN "embedding" SET STATISTICS 0;
