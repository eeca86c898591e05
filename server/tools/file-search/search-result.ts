import type { FileSearchResult } from "#server/protocol/items";
import type { FoldedHit, SearchHit } from "#server/retrieval/search/search-hit";

/** A found passage as an item's `results` show it. */
export function toSearchResult(hit: SearchHit): FileSearchResult {
  return {
    file_id: hit.fileId,
    filename: hit.filename,
    score: hit.score,
    text: hit.text,
    attributes: hit.attributes,
    vector_store_id: hit.vectorStoreId,
    chunk_id: hit.chunkId,
    ...(hit.parts && { chunk_ids: hit.parts.map((part) => part.chunkId) }),
    page: hit.page,
    char_start: hit.charStart,
    char_end: hit.charEnd,
    ...(hit.duplicates?.length && { duplicates: hit.duplicates.map(toDuplicate) }),
  };
}

function toDuplicate({ fileId, filename, chunkId }: FoldedHit) {
  return { file_id: fileId, filename, chunk_id: chunkId };
}
