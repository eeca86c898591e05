export interface FilePlace {
  vectorStoreId: string;
  fileId: string;
  /** The passage to open it at. */
  chunkId?: string | undefined;
}

/** The page of a file in a store. */
export function fileHref({ vectorStoreId, fileId, chunkId }: FilePlace): string {
  const page = `/vector-stores/${vectorStoreId}/files/${encodeURIComponent(fileId)}`;
  return chunkId === undefined ? page : `${page}?chunk=${encodeURIComponent(chunkId)}`;
}
