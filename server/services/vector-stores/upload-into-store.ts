import type { FileRow } from "#server/db/files";
import type { ServiceContext } from "#server/services/context";
import { deleteFile } from "#server/services/files/delete-file";
import { type UploadInput, uploadFile } from "#server/services/files/upload-file";
import { attachFiles } from "#server/services/vector-stores/attach-files";
import { findDuplicates } from "#server/services/vector-stores/find-duplicates";
import { requireVectorStore } from "#server/services/vector-stores/vector-store-view";

export interface UploadIntoStoreInput {
  upload: UploadInput;
  vectorStoreId: string;
  /** True: the file is uploaded only; it is taken in when somebody says so. */
  hold: boolean;
}

export interface UploadedIntoStore {
  file: FileRow;
  /** The store has the file, and it is to be read. */
  attached: boolean;
  /** The name of a file of the store with the same content, which is why this one waits for a word; null without one. */
  presentName: string | null;
}

/** The same upload, which its sender stops only as long as bytes are to come: then it may go. */
function sentOnce(ctx: ServiceContext, upload: UploadInput): { ctx: ServiceContext; input: UploadInput } {
  const arriving = new AbortController();
  const stop = () => arriving.abort(ctx.signal.reason);
  if (ctx.signal.aborted) stop();
  else ctx.signal.addEventListener("abort", stop, { once: true });
  async function* body() {
    yield* upload.body;
    ctx.signal.removeEventListener("abort", stop);
  }
  return { ctx: { ...ctx, signal: arriving.signal }, input: { ...upload, body: body() } };
}

/**
 * Uploads a file and puts it into a store at once, whether its sender waits for the answer or has gone: unless its
 * content is there already, or it is held. A file that the store does not take is not kept.
 * @throws AppError not_found for the store, before anything is read of the file; as uploadFile and attachFiles
 */
export async function uploadIntoStore({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: UploadIntoStoreInput;
}): Promise<UploadedIntoStore> {
  const { upload, vectorStoreId, hold } = input;
  await requireVectorStore(ctx, vectorStoreId);
  const file = await uploadFile(sentOnce(ctx, upload));
  const fileIds = [file.id];
  try {
    const [duplicate] = await findDuplicates({ ctx, input: { vectorStoreId, fileIds } });
    const presentName = duplicate?.presentName ?? null;
    if (hold || presentName !== null) return { file, attached: false, presentName };
    await attachFiles({ ctx, input: { vectorStoreId, fileIds, attributes: {}, strategy: null } });
    return { file, attached: true, presentName };
  } catch (error) {
    await deleteFile({ ctx, input: { fileId: file.id } });
    throw error;
  }
}
