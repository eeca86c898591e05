import { inTransaction } from "#server/db/client";
import { saveFileText } from "#server/db/file-texts";
import { insertFile } from "#server/db/files";
import { type AttributeValue, upsertVectorStoreFiles } from "#server/db/vector-store-files";
import { newId, timeOrderedHex } from "#server/ids";
import { PARSER_VERSION } from "#server/retrieval/parse/document";
import type { ServiceContext } from "#server/services/context";
import { ingestFile } from "#server/services/vector-stores/ingest-file";

export interface NewDocument {
  filename: string;
  text: string;
  attributes?: Record<string, AttributeValue>;
  expiresAt?: Date;
  /** False: it stays in the queue. */
  read?: boolean;
}

/** Puts a document into a store, cut, embedded and indexed as uploads are. Answers its file's id. */
export async function addDocument(ctx: ServiceContext, vectorStoreId: string, document: NewDocument): Promise<string> {
  const { teamId } = ctx.principal;
  const { filename, text, attributes = {}, expiresAt = null, read = true } = document;
  const id = newId("file");
  const createdAt = new Date();
  const file = { id, filename, purpose: "assistants", mediaType: "text/plain", createdAt, expiresAt };
  await insertFile(teamId, { ...file, bytes: text.length, sha256: "" });
  const parsed = { parserVersion: PARSER_VERSION, kind: "text", text, pages: [], headings: [] };
  await saveFileText({ teamId, fileId: id }, parsed);
  const ingestId = timeOrderedHex();
  const chunkingStrategy = { maxChunkSizeTokens: 400, chunkOverlapTokens: 0 };
  await inTransaction((tx) =>
    upsertVectorStoreFiles(
      { teamId, vectorStoreId },
      [{ fileId: id, attributes, chunkingStrategy, ingestId, createdAt, queueLine: "small" as const, queuePlace: 0 }],
      tx,
    ),
  );
  if (read) await ingestFile({ input: { teamId, vectorStoreId, fileId: id, ingestId }, signal: ctx.signal });
  return id;
}
