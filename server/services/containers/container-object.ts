import { clock, toSeconds } from "#server/clock";
import { config } from "#server/config";
import type { ContainerFileRow, FileBounds } from "#server/db/container-files";
import { type ContainerRow, type ContainerScope, touchContainer } from "#server/db/containers";
import { AppError } from "#server/errors";
import {
  type ContainerFileObject,
  type ContainerObject,
  MAX_CONTAINER_FILES,
  MEMORY_LIMIT_NAMES,
  MEMORY_LIMITS,
  type MemoryLimit,
} from "#server/protocol/containers";
import type { ServiceContext } from "#server/services/context";

/** The memory limit that a request leaves out. */
const DEFAULT_MEMORY: MemoryLimit = "1g";

/** A container in the API's shape. One that has expired is not shown, so all that are shown can be used. */
export function toContainerObject(row: ContainerRow): ContainerObject {
  return {
    id: row.id,
    object: "container",
    created_at: toSeconds(row.createdAt.getTime()),
    status: "running",
    expires_after: { anchor: "last_active_at", minutes: row.expiresAfterMinutes },
    last_active_at: toSeconds(row.lastActiveAt.getTime()),
    memory_limit: MEMORY_LIMIT_NAMES.find((name) => MEMORY_LIMITS[name] === row.memoryMb) ?? DEFAULT_MEMORY,
    name: row.name,
    network_policy: { type: "disabled" },
  };
}

/** A file of a container in the API's shape. */
export function toContainerFileObject(containerId: string, row: ContainerFileRow): ContainerFileObject {
  return {
    id: row.id,
    object: "container.file",
    created_at: toSeconds(row.createdAt.getTime()),
    bytes: row.bytes,
    container_id: containerId,
    path: row.path,
    source: row.source,
  };
}

/** The answer to an id that the team has no container of, or none any more. `param`: the field that names it. */
export function containerNotFound(containerId: string, param = "container_id"): AppError {
  return new AppError("not_found", `Container with id '${containerId}' not found.`, { wireCode: null, param });
}

/** The answer to an id that the container has no file of. */
export function containerFileNotFound(fileId: string): AppError {
  return new AppError("not_found", `No such container file: ${fileId}`, { wireCode: null, param: "file_id" });
}

/** A container of the caller's team. */
export function scopeOf(ctx: ServiceContext, containerId: string): ContainerScope {
  return { teamId: ctx.principal.teamId, containerId };
}

/**
 * The team's container, whose end is put off by this use.
 * @throws AppError not_found, database_unavailable
 */
export async function requireContainer(
  ctx: ServiceContext,
  containerId: string,
  param?: string,
): Promise<ContainerRow> {
  const row = await touchContainer(scopeOf(ctx, containerId), new Date(clock().now()));
  if (row === null) throw containerNotFound(containerId, param);
  return row;
}

/** What the files of a container may come to. */
export function fileBounds(): FileBounds {
  return { maxBytes: config().CODE_INTERPRETER_MAX_FILE_BYTES, maxFiles: MAX_CONTAINER_FILES };
}

/** The answer to files that are more than a container takes. */
export function containerFull(param: string): AppError {
  const { maxBytes, maxFiles } = fileBounds();
  const message = `A container holds at most ${maxFiles} files and ${maxBytes} bytes in all.`;
  return new AppError("payload_too_large", message, { param });
}

/**
 * The megabytes of a memory limit. The smallest may mean less where the server gives less.
 * @throws AppError invalid_value for one that is more than this server gives
 */
export function memoryOf(limit: MemoryLimit | null | undefined, param: string): number {
  const most = config().CODE_INTERPRETER_MAX_MEMORY_MB;
  const asked = MEMORY_LIMITS[limit ?? DEFAULT_MEMORY];
  if (asked <= most || limit == null || limit === DEFAULT_MEMORY) return asked;
  const allowed = MEMORY_LIMIT_NAMES.filter((name) => name === DEFAULT_MEMORY || MEMORY_LIMITS[name] <= most);
  const message = `Invalid '${param}': '${limit}' is more than this server gives to a container. Allowed: ${allowed.join(", ")}.`;
  throw new AppError("invalid_value", message, { param });
}
