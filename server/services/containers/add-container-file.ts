import type { ContainerFileRow } from "#server/db/container-files";
import { CONTAINER_FOLDER } from "#server/protocol/containers";
import { fileBounds, requireContainer } from "#server/services/containers/container-object";
import { copyFiles, requireFiles } from "#server/services/containers/copy-files";
import {
  attachFiles,
  discardFiles,
  requirePlainName,
  type Target,
  writeFile,
} from "#server/services/containers/store-container-file";
import type { ServiceContext } from "#server/services/context";
import { cleanFilename } from "#server/services/files/clean-filename";
import { readMultipart } from "#server/services/files/read-multipart";
import type { UploadInput } from "#server/services/files/upload-file";

export interface AddFileInput {
  containerId: string;
  /** The bytes themselves, or the team's file that is copied. */
  source: { form: UploadInput } | { fileId: string };
}

/**
 * Puts a file into a container, over one of the same name; its code sees it at its next call.
 * @throws AppError not_found, invalid_request, missing_required_parameter, payload_too_large, storage_unavailable,
 *   database_unavailable
 */
export async function addContainerFile({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: AddFileInput;
}): Promise<ContainerFileRow> {
  const { containerId, source } = input;
  await requireContainer(ctx, containerId);
  if ("form" in source) return addForm({ ctx, containerId, param: "file" }, source.form);
  const target = { ctx, containerId, param: "file_id" };
  const [added] = await copyFiles(target, await requireFiles(ctx, [source.fileId], "file_id"));
  if (!added) throw new Error("a file was copied and is not there");
  return added;
}

async function addForm(target: Target, form: UploadInput): Promise<ContainerFileRow> {
  const written: ContainerFileRow[] = [];
  try {
    const { file } = await readMultipart({
      ...form,
      field: "file",
      maxBytes: fileBounds().maxBytes,
      signal: target.ctx.signal,
      store: async (content) => {
        const row = await writeFile(target, { path: "", source: "user", content });
        written.push(row);
        return row;
      },
    });
    const name = requirePlainName(cleanFilename(file.filename), "file");
    const [added] = await attachFiles(
      target,
      written.splice(0).map((row) => ({ ...row, path: `${CONTAINER_FOLDER}/${name}` })),
    );
    if (!added) throw new Error("a file was added and is not there");
    return added;
  } catch (error) {
    await discardFiles(target, written);
    throw error;
  }
}
