import { blobKey } from "#server/blobs/blob-store";
import { blobStore } from "#server/blobs/registry";
import { clock } from "#server/clock";
import { announceBlob, insertFile } from "#server/db/files";
import { newId } from "#server/ids";
import type { ServiceContext } from "#server/services/context";
import { removeBlob } from "#server/services/files/remove-blob";

/** A file that this server has made. */
export interface MadeFile {
  bytes: Uint8Array;
  filename: string;
  mediaType: string;
  /** Of the item that made it: the file goes with it. */
  itemId: string;
}

/**
 * Stores a file that a response has made, as one of the team's. Gives its id. Where it fails, nothing is left of it.
 * @throws AppError storage_unavailable, database_unavailable; the signal's reason
 */
export async function keepFile({ ctx, input }: { ctx: ServiceContext; input: MadeFile }): Promise<string> {
  const { bytes: content, filename, mediaType, itemId } = input;
  const scope = { teamId: ctx.principal.teamId, fileId: newId("file") };
  const createdAt = new Date(clock().now());
  await announceBlob(scope, createdAt);
  try {
    const { bytes, sha256 } = await blobStore().put(
      blobKey(scope.teamId, scope.fileId),
      inOnePiece(content),
      ctx.signal,
    );
    const about = { id: scope.fileId, filename, purpose: "assistants_output", mediaType, createdAt, expiresAt: null };
    await insertFile(scope.teamId, { ...about, bytes, sha256, itemId });
    return scope.fileId;
  } catch (error) {
    await removeBlob(scope);
    throw error;
  }
}

async function* inOnePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
