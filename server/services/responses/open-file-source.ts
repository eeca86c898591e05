import type { FileRow } from "#server/db/files";
import { AppError, isAppError } from "#server/errors";
import type { ServiceContext } from "#server/services/context";
import { readablePart } from "#server/services/files/clean-filename";
import { fetchRemote } from "#server/services/files/fetch-remote";
import { openFileContent } from "#server/services/files/open-file-content";
import type { FileSource } from "#server/services/responses/file-sources";

/** The content of an image or file. */
export interface FileBytes {
  bytes: Uint8Array;
  /** The same as base64, where it came so. */
  base64: string | null;
  filename: string;
  /** Of a file of the team's own. */
  stored: FileRow | null;
}

const DATA_URL = /^data:([^;,]*)(?:;[^;,]*)*?;base64,/i;
const BASE64 = /^[A-Za-z0-9+/_\s-]+={0,2}\s*$/;
/** Flavours of text are told apart by the name; a name without an ending gets that of its media type. */
const ENDINGS: Partial<Record<string, string>> = {
  "text/csv": ".csv",
  "text/tab-separated-values": ".tsv",
  "text/markdown": ".md",
  "text/html": ".html",
};

function nameFor(name: string, mediaType: string): string {
  const base = name === "" ? "file" : name;
  return /\.[A-Za-z0-9]{1,8}$/.test(base) ? base : base + (ENDINGS[mediaType.toLowerCase()] ?? "");
}

function tooLarge(source: FileSource, maxBytes: number): AppError {
  const message = `This ${source.kind === "image" ? "image" : "file"} is too large: ${maxBytes} bytes are allowed here.`;
  return new AppError("payload_too_large", message, { param: source.param });
}

function readData(source: FileSource, maxBytes: number): FileBytes {
  const header = DATA_URL.exec(source.source);
  const base64 = source.source.slice(header?.[0].length ?? 0);
  if (!BASE64.test(base64)) {
    const message = "The data is no base64. Give base64, or a data URL such as 'data:image/png;base64,…'.";
    throw new AppError("invalid_value", message, { param: source.param });
  }
  const bytes = Buffer.from(base64, "base64");
  if (bytes.length > maxBytes) throw tooLarge(source, maxBytes);
  return { bytes, base64, filename: nameFor(source.filename ?? "", header?.[1] ?? ""), stored: null };
}

async function readStored(ctx: ServiceContext, source: FileSource, maxBytes: number): Promise<FileBytes> {
  const { file, bytes } = await openFileContent({ ctx, input: { fileId: source.source } });
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of bytes) {
    length += chunk.byteLength;
    if (length > maxBytes) throw tooLarge(source, maxBytes);
    chunks.push(chunk);
  }
  return { bytes: Buffer.concat(chunks), base64: null, filename: source.filename ?? file.filename, stored: file };
}

/** A caller's URL that fails is the request's fault, not a provider's. */
function asRequestFault(error: unknown, source: FileSource, maxBytes: number): unknown {
  if (!isAppError(error)) return error;
  if (error.code === "payload_too_large") return tooLarge(source, maxBytes);
  if (error.code === "outbound_not_allowed") {
    return new AppError(error.code, error.message, { param: source.param, cause: error });
  }
  if (error.code !== "provider_error" && error.code !== "provider_timeout") return error;
  const message = `The ${source.kind === "image" ? "image" : "file"} could not be downloaded: ${error.message}`;
  return new AppError("invalid_value", message, { param: source.param, cause: error });
}

async function readRemote(ctx: ServiceContext, source: FileSource, maxBytes: number): Promise<FileBytes> {
  try {
    const { body, url, mediaType } = await fetchRemote(source.source, { signal: ctx.signal, maxBytes });
    const last = new URL(url).pathname.split("/").at(-1) ?? "";
    const filename = nameFor(source.filename ?? readablePart(last), mediaType);
    return { bytes: body, base64: null, filename, stored: null };
  } catch (error) {
    throw asRequestFault(error, source, maxBytes);
  }
}

/**
 * Brings the content of an image or file into memory: it comes with the request, is a file of the team's own, or is
 * fetched through the outbound guard, also for vendors that would fetch URLs themselves, which know no such guard.
 * @throws AppError invalid_value, payload_too_large, outbound_not_allowed, not_found, database_unavailable; the signal's
 *   reason
 */
export async function openFileSource(ctx: ServiceContext, source: FileSource, maxBytes: number): Promise<FileBytes> {
  if (source.from === "data") return readData(source, maxBytes);
  if (source.from === "id") return readStored(ctx, source, maxBytes);
  return readRemote(ctx, source, maxBytes);
}
