import { requirePermission } from "#server/auth/permissions";
import { config } from "#server/config";
import type { LoadedFiles, ReadableFile } from "#server/engine/model-input";
import { AppError, type ErrorCode, isAppError } from "#server/errors";
import type { Item } from "#server/protocol/items";
import type { ServiceContext } from "#server/services/context";
import { type FileSource, fileSourcesOf } from "#server/services/responses/file-sources";
import { type FileBytes, openFileSource } from "#server/services/responses/open-file-source";
import { readFile, readImage } from "#server/services/responses/read-file-bytes";

/** Decoded; a file's data is bounded by its length in the request too. */
const MAX_IMAGE_BYTES = 20 * 1024 * 1024;
const MAX_DOCUMENT_BYTES = 32 * 1024 * 1024;
/** Fetched at the same time. */
const CONCURRENCY = 4;

const NONE: LoadedFiles = { images: new Map(), documents: new Map() };

/** What an earlier response was shown, but is gone now. Anything else is a failure of this request. */
const GONE: ReadonlySet<ErrorCode> = new Set(["not_found", "invalid_value", "outbound_not_allowed"]);

async function unlessGone<T>(source: FileSource, work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (!source.own && isAppError(error) && GONE.has(error.code)) return null;
    throw error;
  }
}

function tooMuch(maxBytes: number): AppError {
  const message = `The images and files of a request, its history with it, may have at most ${maxBytes} bytes together.`;
  return new AppError("payload_too_large", message, { param: "input" });
}

async function openAll(ctx: ServiceContext, sources: readonly FileSource[]): Promise<(FileBytes | null)[]> {
  const maxBytes = config().INPUT_MAX_BYTES;
  const opened: (FileBytes | null)[] = [];
  let left = maxBytes;
  for (let from = 0; from < sources.length; from += CONCURRENCY) {
    const batch = sources.slice(from, from + CONCURRENCY).map((source) => {
      const limit = source.kind === "image" ? MAX_IMAGE_BYTES : MAX_DOCUMENT_BYTES;
      return unlessGone(source, () => openFileSource(ctx, source, limit));
    });
    const contents = await Promise.all(batch);
    left -= contents.reduce((sum, content) => sum + (content?.bytes.length ?? 0), 0);
    if (left < 0) throw tooMuch(maxBytes);
    opened.push(...contents);
  }
  return opened;
}

export interface LoadFilesInput {
  /** Everything that the model is shown. */
  items: readonly Item[];
  /** Those of this request, and those of its prompt. */
  inputItems: readonly Item[];
  promptItems: readonly Item[];
  /** True when the model is known to see images. */
  vision: boolean;
}

async function loadAll(ctx: ServiceContext, sources: readonly FileSource[], vision: boolean): Promise<LoadedFiles> {
  const contents = await openAll(ctx, sources);
  const images = new Map<string, string | null>();
  const documents = new Map<string, ReadableFile | null>();
  let pagesLeft = vision ? config().INPUT_MAX_PAGE_IMAGES : 0;
  // One after the other: the pages of all of them have one limit.
  for (const [index, source] of sources.entries()) {
    const content = contents[index] ?? null;
    if (source.kind === "image") {
      images.set(source.source, content && (await unlessGone(source, () => readImage(source, content))));
      continue;
    }
    const maxPages = pagesLeft;
    const document = content && (await unlessGone(source, () => readFile({ ctx, source, content, maxPages })));
    documents.set(source.source, document);
    pagesLeft = Math.max(0, pagesLeft - (document?.images.length ?? 0));
  }
  return { images, documents };
}

/**
 * Reads the images and files that items carry or name (`file_id`s of the team's own, URLs), so that a model can be shown
 * them. What an earlier response had and is gone now is left out; for this request's own input that is an error.
 * @throws AppError not_found, insufficient_scope, permission_denied, payload_too_large, array_above_max_length,
 *   invalid_value, outbound_not_allowed, database_unavailable
 */
export async function loadFiles({ ctx, input }: { ctx: ServiceContext; input: LoadFilesInput }): Promise<LoadedFiles> {
  const sources = fileSourcesOf(input);
  if (sources.length === 0) return NONE;
  const maxFiles = config().INPUT_MAX_FILES;
  if (sources.length > maxFiles) {
    const message = `The input, its history with it, has more than ${maxFiles} images and files.`;
    throw new AppError("array_above_max_length", message, { param: "input" });
  }
  if (sources.some((source) => source.from === "id")) requirePermission(ctx.principal, "files.read");
  const span = ctx.trace.startSpan({ name: "read files", kind: "storage" });
  try {
    const files = await loadAll(ctx, sources, input.vision);
    span.end();
    return files;
  } catch (error) {
    span.end({ status: "error" });
    throw error;
  }
}
