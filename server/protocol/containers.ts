import { z } from "zod";

/** How much memory a container's code may have, in megabytes, as OpenAI names it. */
export const MEMORY_LIMITS = { "1g": 1024, "4g": 4096, "16g": 16_384, "64g": 65_536 } as const;
export type MemoryLimit = keyof typeof MEMORY_LIMITS;
export const MEMORY_LIMIT_NAMES = ["1g", "4g", "16g", "64g"] as const satisfies MemoryLimit[];

export const MAX_CONTAINER_FILES = 200;
export const CONTAINER_FOLDER = "/mnt/data";
/** Minutes without use after which a container ends, unless it is given others. */
export const CONTAINER_MINUTES = { default: 20, max: 24 * 60 };

/** No code here has a network. */
export const NetworkPolicy = z.object({ type: z.literal("disabled") });

/** The body of `POST /v1/containers`. */
export const CreateContainerBody = z.looseObject({
  name: z.string().min(1).max(256),
  file_ids: z.array(z.string().min(1)).max(50).nullish(),
  expires_after: z
    .object({ anchor: z.literal("last_active_at"), minutes: z.int().min(1).max(CONTAINER_MINUTES.max) })
    .nullish(),
  memory_limit: z.enum(MEMORY_LIMIT_NAMES).nullish(),
  network_policy: NetworkPolicy.nullish(),
  skills: z.array(z.unknown()).max(0, { error: "containers of this server have no skills" }).nullish(),
});

/** The JSON body of `POST /v1/containers/{container_id}/files`; the other one is a form with the field `file`. */
export const CreateContainerFileBody = z.looseObject({ file_id: z.string().min(1) });

/** A container as the API shows it. Times are seconds since the epoch. */
export interface ContainerObject {
  id: string;
  object: "container";
  created_at: number;
  status: "running";
  expires_after: { anchor: "last_active_at"; minutes: number };
  last_active_at: number;
  memory_limit: MemoryLimit;
  name: string;
  network_policy: { type: "disabled" };
}

export const CONTAINER_FILE_SOURCES = ["user", "assistant"] as const;

/** A file of a container as the API shows it. */
export interface ContainerFileObject {
  id: string;
  object: "container.file";
  created_at: number;
  bytes: number;
  container_id: string;
  path: string;
  source: (typeof CONTAINER_FILE_SOURCES)[number];
}

/** A container, for the API's own description. */
export const ContainerSchema = z
  .object({
    id: z.string(),
    object: z.literal("container"),
    created_at: z.int(),
    status: z.literal("running"),
    expires_after: z.object({ anchor: z.literal("last_active_at"), minutes: z.int() }),
    last_active_at: z.int(),
    memory_limit: z.enum(MEMORY_LIMIT_NAMES),
    name: z.string(),
    network_policy: NetworkPolicy,
  })
  .meta({ id: "Container" });

/** A file of a container, for the API's own description. */
export const ContainerFileSchema = z
  .object({
    id: z.string(),
    object: z.literal("container.file"),
    created_at: z.int(),
    bytes: z.int(),
    container_id: z.string(),
    path: z.string(),
    source: z.enum(CONTAINER_FILE_SOURCES),
  })
  .meta({ id: "ContainerFile" });
