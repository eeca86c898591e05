import { createHash } from "node:crypto";
import { blobKey } from "#server/blobs/blob-store";
import { blobStore } from "#server/blobs/registry";
import { clock } from "#server/clock";
import { inTransaction, type TransactionClient } from "#server/db/client";
import { announceBlob, type FileRow, insertFileWithin } from "#server/db/files";
import { mapped } from "#server/db/mapped";
import { deleteStoreFiles } from "#server/db/store-file-table";
import { findFilesOfUrl, settlePage, type UrlImportPageRow } from "#server/db/url-import-pages";
import { changeUrlImport, type UrlImportRun } from "#server/db/url-imports";
import { holdVectorStore } from "#server/db/vector-stores";
import { AppError, isAppError } from "#server/errors";
import { newId } from "#server/ids";
import type { RemoteContent } from "#server/services/files/fetch-remote";
import { removeBlob } from "#server/services/files/remove-blob";
import { fetchPage, whyNotFetched } from "#server/services/url-imports/fetch-page";
import { nameOfPage } from "#server/services/url-imports/name-of-page";
import { addFiles, inIngestTransaction } from "#server/services/vector-stores/add-files";

/** As long as an attribute may be. */
const MAX_URL_CHARS = 512;

interface Page {
  scope: UrlImportRun;
  vectorStoreId: string;
  page: Pick<UrlImportPageRow, "ordinal" | "url">;
  signal: AbortSignal;
}

/**
 * Fetches a page and makes it a file of the store, in place of what the store had under its address. Where the page has
 * not changed, or cannot be had, only that is noted.
 * @throws AppError database_unavailable; the signal's reason
 */
export async function bringPage(work: Page): Promise<void> {
  const { page, signal } = work;
  try {
    if (page.url.length > MAX_URL_CHARS) {
      throw new AppError("invalid_value", `The address is longer than ${MAX_URL_CHARS} characters.`);
    }
    await keepPage(work, await fetchPage(page.url, signal));
  } catch (error) {
    // A full queue is no fault of the page, but the page can be tried again by whoever sees this.
    const isFull = isAppError(error) && error.code === "rate_limit_exceeded";
    const errorMessage = isFull ? error.message : whyNotFetched(error, signal);
    if (errorMessage === null) throw error;
    await mapped(() => inTransaction((tx) => settle(work, { status: "failed", fileId: null, errorMessage }, tx)));
  }
}

async function keepPage(work: Page, answer: RemoteContent): Promise<void> {
  const { scope, vectorStoreId, page, signal } = work;
  const store = { teamId: scope.teamId, vectorStoreId };
  const present = await findFilesOfUrl(store, page.url);
  const sha256 = createHash("sha256").update(answer.body).digest("hex");
  const same = present.find((file) => file.readable && file.sha256 === sha256);
  if (same) {
    const outcome = { status: "unchanged" as const, fileId: same.fileId, errorMessage: null };
    await mapped(() => inTransaction((tx) => settle(work, outcome, tx)));
    return;
  }
  const file = { ...toFile(page.url, answer), sha256 };
  const blob = { teamId: scope.teamId, fileId: file.id };
  await announceBlob(blob, file.createdAt);
  try {
    await blobStore().put(blobKey(scope.teamId, file.id), asStream(answer.body), signal);
  } catch (error) {
    await removeBlob(blob);
    throw error;
  }
  // Bytes whose row the database could not confirm are left to the sweep.
  const isKept = await attach({ ...work, file, outdated: present.map(({ fileId }) => fileId) });
  if (!isKept) await removeBlob(blob);
}

interface NewPageFile extends Page {
  file: FileRow & { sha256: string };
  /** What the store had under the same address. */
  outdated: string[];
}

/**
 * The file, its place in the store and the note of it: one transaction, so that a repeated job adds nothing twice. False
 * when the page is no longer for this run to bring.
 */
async function attach({ file, outdated, ...work }: NewPageFile): Promise<boolean> {
  const { scope, vectorStoreId, page } = work;
  const store = { teamId: scope.teamId, vectorStoreId };
  const addition = { fileId: file.id, param: "urls", attributes: { url: page.url }, strategy: null };
  return mapped(() =>
    inIngestTransaction(async (tx) => {
      // The store before its import, in the order in which deleting a store locks them: neither waits for the other for ever.
      await holdVectorStore(store, tx);
      if (!(await settle(work, { status: "added", fileId: file.id, errorMessage: null }, tx))) return false;
      await insertFileWithin(scope.teamId, file, tx);
      await addFiles({ tx, store, files: [addition], present: "keep" });
      await deleteStoreFiles(store, outdated, tx);
      return true;
    }),
  );
}

/**
 * Says what became of a page, and holds the import. False, and nothing said, when another run has said so, or the import
 * was cancelled, deleted or taken over by another job meanwhile.
 */
async function settle(
  { scope, page }: Page,
  outcome: Pick<UrlImportPageRow, "status" | "fileId" | "errorMessage">,
  tx: TransactionClient,
): Promise<boolean> {
  const isOurs = await changeUrlImport(scope, ["in_progress"], { tx, set: { status: "in_progress" } });
  return isOurs && (await settlePage(scope, { ordinal: page.ordinal, ...outcome }, tx));
}

function toFile(url: string, { mediaType, body }: RemoteContent): FileRow {
  return {
    id: newId("file"),
    filename: nameOfPage(url, mediaType),
    purpose: "assistants",
    bytes: body.length,
    mediaType: mediaType || "application/octet-stream",
    createdAt: new Date(clock().now()),
    expiresAt: null,
  };
}

async function* asStream(body: Buffer): AsyncGenerator<Uint8Array> {
  yield body;
}
