import { requirePermission } from "#server/auth/permissions";
import type { LoadedFile, LoadedFiles } from "#server/engine/model-input";
import { AppError } from "#server/errors";
import { outboundFetch } from "#server/outbound/outbound-fetch";
import type { Item } from "#server/protocol/items";
import type { ServiceContext } from "#server/services/context";
import { openFileContent } from "#server/services/files/open-file-content";
import { isCallOutput } from "#server/services/responses/pair-calls";

/** Files are handed to a model whole, in memory: larger ones belong into a vector store. */
const MAX_BYTES = 32 * 1024 * 1024;
const MAX_FILES = 32;

const NONE: LoadedFiles = new Map();

interface Named {
  ids: Set<string>;
  urls: Set<string>;
}

function tooLarge(): AppError {
  const message = `The files given to a model may have at most ${MAX_BYTES} bytes together.`;
  return new AppError("payload_too_large", message, { param: "input" });
}

/** The files that items name by id or URL and do not carry themselves. */
function namedFiles(items: readonly Item[]): Named {
  const named: Named = { ids: new Set(), urls: new Set() };
  for (const item of items) {
    const parts = item.type === "message" ? item.content : isCallOutput(item) ? item.output : [];
    if (typeof parts === "string") continue;
    for (const part of parts) {
      if (part.type === "input_image" && part.image_url === null && part.file_id !== undefined)
        named.ids.add(part.file_id);
      if (part.type !== "input_file" || part.file_data !== undefined) continue;
      if (part.file_id !== undefined) named.ids.add(part.file_id);
      else if (part.file_url !== undefined) named.urls.add(part.file_url);
    }
  }
  return named;
}

async function readStored(ctx: ServiceContext, fileId: string, maxBytes: number): Promise<LoadedFile> {
  const { file, bytes } = await openFileContent({ ctx, input: { fileId } });
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of bytes) {
    length += chunk.byteLength;
    if (length > maxBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return { data: Buffer.concat(chunks).toString("base64"), mediaType: file.mediaType, filename: file.filename };
}

function nameIn(url: string): string {
  const last = new URL(url).pathname.split("/").at(-1) ?? "";
  return last === "" ? "file" : last;
}

async function fetchRemote(ctx: ServiceContext, url: string, maxBytes: number): Promise<LoadedFile> {
  const answer = await outboundFetch(url, { signal: ctx.signal, maxBytes });
  if (answer.status !== 200) {
    throw new AppError("invalid_value", `The file_url answered ${answer.status}.`, { param: "input" });
  }
  const mediaType = answer.headers["content-type"]?.split(";", 1)[0]?.trim() || "application/octet-stream";
  return { data: answer.body.toString("base64"), mediaType, filename: nameIn(answer.url) };
}

/**
 * Reads the files that items name by `file_id` (the team's own) or `file_url`, so that a model can be shown them.
 * @throws AppError not_found, insufficient_scope, permission_denied, payload_too_large, invalid_value,
 *   outbound_not_allowed, database_unavailable
 */
export async function loadFiles({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { items: readonly Item[] };
}): Promise<LoadedFiles> {
  const { ids, urls } = namedFiles(input.items);
  if (ids.size === 0 && urls.size === 0) return NONE;
  if (ids.size + urls.size > MAX_FILES) {
    throw new AppError("array_above_max_length", `The input names more than ${MAX_FILES} files.`, { param: "input" });
  }
  if (ids.size > 0) requirePermission(ctx.principal, "files.read");
  const files = new Map<string, LoadedFile>();
  let left = MAX_BYTES;
  const keep = (key: string, file: LoadedFile) => {
    files.set(key, file);
    left -= Math.ceil((file.data.length * 3) / 4);
  };
  // One after the other: together they must stay within the limit.
  for (const id of ids) keep(id, await readStored(ctx, id, left));
  for (const url of urls) keep(url, await fetchRemote(ctx, url, left));
  return files;
}
