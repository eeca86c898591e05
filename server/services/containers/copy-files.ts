import { blobKey } from "#server/blobs/blob-store";
import { blobStore } from "#server/blobs/registry";
import { type ContainerFileRow, findContainerFiles } from "#server/db/container-files";
import type { FileRow } from "#server/db/files";
import { isAppError } from "#server/errors";
import { CONTAINER_FOLDER } from "#server/protocol/containers";
import { containerFull, fileBounds, scopeOf } from "#server/services/containers/container-object";
import {
  attachFiles,
  discardFiles,
  pathsFor,
  requirePlainName,
  type Target,
  writeFile,
} from "#server/services/containers/store-container-file";
import type { ServiceContext } from "#server/services/context";
import { cleanFilename } from "#server/services/files/clean-filename";
import { fileNotFound } from "#server/services/files/file-object";
import { getFile } from "#server/services/files/get-file";

/**
 * The team's files of these ids, checked before anything is copied. `param`: the field that names them.
 * @throws AppError not_found, payload_too_large, database_unavailable
 */
export async function requireFiles(ctx: ServiceContext, ids: readonly string[], param: string): Promise<FileRow[]> {
  const files: FileRow[] = [];
  for (const fileId of ids) {
    const file = await getFile({ ctx, input: { fileId } }).catch((error: unknown) => {
      throw isAppError(error) && error.code === "not_found" ? fileNotFound(fileId, param) : error;
    });
    files.push(file);
  }
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const { maxBytes, maxFiles } = fileBounds();
  if (bytes > maxBytes || files.length > maxFiles) throw containerFull(param);
  return files;
}

/**
 * Copies files of the team's into a container, under their names; all or none.
 * @throws AppError not_found, payload_too_large, storage_unavailable, database_unavailable, cancelled
 */
export async function copyFiles(target: Target, files: readonly FileRow[]): Promise<ContainerFileRow[]> {
  const names = files.map(({ filename }) => requirePlainName(cleanFilename(filename), target.param));
  const paths = pathsFor(CONTAINER_FOLDER, names);
  return copyBlobs(
    target,
    files.map(({ id }, index) => ({ path: paths[index] ?? "", source: "user", blobId: id })),
  );
}

/**
 * Copies all files of another container of the team's into a container; all or none.
 * @throws AppError not_found, payload_too_large, storage_unavailable, database_unavailable, cancelled
 */
export async function copyContainerFiles(target: Target, containerId: string): Promise<ContainerFileRow[]> {
  return copyBlobs(target, await findContainerFiles(scopeOf(target.ctx, containerId)));
}

async function copyBlobs(
  target: Target,
  files: readonly Pick<ContainerFileRow, "path" | "source" | "blobId">[],
): Promise<ContainerFileRow[]> {
  const written: ContainerFileRow[] = [];
  try {
    for (const { path, source, blobId } of files) {
      const content = await blobStore().get(blobKey(target.ctx.principal.teamId, blobId));
      written.push(await writeFile(target, { path, source, content }));
    }
  } catch (error) {
    await discardFiles(target, written);
    throw error;
  }
  return attachFiles(target, written);
}
