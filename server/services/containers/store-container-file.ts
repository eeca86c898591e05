import { blobKey } from "#server/blobs/blob-store";
import { blobStore } from "#server/blobs/registry";
import { clock } from "#server/clock";
import { type ContainerFileRow, putContainerFiles } from "#server/db/container-files";
import { announceBlob } from "#server/db/files";
import { AppError } from "#server/errors";
import { newId } from "#server/ids";
import { containerFull, containerNotFound, fileBounds, scopeOf } from "#server/services/containers/container-object";
import type { ServiceContext } from "#server/services/context";
import { removeBlob } from "#server/services/files/remove-blob";

/** A file on its way into a container. */
export interface NewContainerFile {
  path: string;
  source: ContainerFileRow["source"];
  content: AsyncIterable<Uint8Array>;
}

/** Of the request: the container, and the field at fault when its files are too large. */
export interface Target {
  ctx: ServiceContext;
  containerId: string;
  param: string;
}

/**
 * Writes the bytes of a file as a blob of its own, which {@link attachFiles} or {@link discardFiles} must follow.
 * @throws AppError payload_too_large, storage_unavailable, database_unavailable, cancelled
 */
export async function writeFile(
  { ctx, param }: Target,
  { path, source, content }: NewContainerFile,
): Promise<ContainerFileRow> {
  const { teamId } = ctx.principal;
  const blobId = newId("containerBlob");
  const createdAt = new Date(clock().now());
  await announceBlob({ teamId, fileId: blobId }, createdAt);
  try {
    const written = await blobStore().put(blobKey(teamId, blobId), bounded(content, param), ctx.signal);
    return { id: newId("containerFile"), path, source, blobId, createdAt, ...written };
  } catch (error) {
    await removeBlob({ teamId, fileId: blobId });
    throw error;
  }
}

/**
 * Makes written files the container's, all or none; in the latter case their bytes are removed. Those whose rows the
 * database could not confirm are left to the sweep. Returns them under the ids that they have there.
 * @throws AppError not_found, payload_too_large, database_unavailable
 */
export async function attachFiles(target: Target, files: readonly ContainerFileRow[]): Promise<ContainerFileRow[]> {
  const { ctx, containerId, param } = target;
  const now = new Date(clock().now());
  const put = await putContainerFiles(scopeOf(ctx, containerId), files, { now, bounds: fileBounds() });
  if (put !== null && put !== "full") return put;
  await discardFiles(target, files);
  throw put === null ? containerNotFound(containerId) : containerFull(param);
}

/** Removes the bytes of files that are no container's. */
export async function discardFiles({ ctx }: Target, files: readonly ContainerFileRow[]): Promise<void> {
  await Promise.all(files.map(({ blobId }) => removeBlob({ teamId: ctx.principal.teamId, fileId: blobId })));
}

async function* bounded(content: AsyncIterable<Uint8Array>, param: string): AsyncGenerator<Uint8Array> {
  const { maxBytes } = fileBounds();
  let bytes = 0;
  for await (const piece of content) {
    bytes += piece.length;
    if (bytes > maxBytes) throw containerFull(param);
    yield piece;
  }
}

/** A path for each name, in the container's folder; of equal names, all but the first get a number. */
export function pathsFor(folder: string, names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const dot = name.lastIndexOf(".");
    const [stem, ending] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ""];
    let path = `${folder}/${name}`;
    for (let number = 2; taken.has(path); number += 1) path = `${folder}/${stem}-${number}${ending}`;
    taken.add(path);
    return path;
  });
}

/** A name that is a path of one step. */
export function requirePlainName(name: string, param: string): string {
  if (name !== "." && name !== "..") return name;
  throw new AppError("invalid_value", `Invalid '${param}': a file needs a name.`, { param });
}
