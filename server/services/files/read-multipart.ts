import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import busboy from "busboy";
import { AppError } from "#server/errors";
import { cleanFilename } from "#server/services/files/clean-filename";
import type { UploadInput } from "#server/services/files/upload-file";

/** What frames a file in a multipart body, at most. */
const FRAMING_BYTES = 64 * 1024;
const MAX_FIELDS = 32;
const MAX_FIELD_BYTES = 16 * 1024;

export interface StoredPart {
  filename: string;
  mediaType: string;
  bytes: number;
  sha256: string;
}

export interface UploadForm {
  /** Text fields; `a[b]` is `{ a: { b } }`. */
  fields: Record<string, unknown>;
  file: StoredPart;
}

interface MultipartInput extends UploadInput {
  /** The form's field that holds the file. */
  field: "file" | "data";
  /** Of the file. */
  maxBytes: number;
  signal: AbortSignal;
  /** Takes the file's bytes while they arrive. */
  store(source: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<{ bytes: number; sha256: string }>;
}

/**
 * Reads a form with exactly one file in `field`. Nothing is gathered in memory: the file goes on to `store` as it comes,
 * and when that is slow the sender waits. A file beyond the limit is refused without reading the rest.
 * @throws AppError invalid_request, missing_required_parameter, payload_too_large, cancelled
 */
export async function readMultipart(input: MultipartInput): Promise<UploadForm> {
  const { field, maxBytes } = input;
  if ((input.contentLength ?? 0) > maxBytes + FRAMING_BYTES) throw tooLarge(field, maxBytes);
  const parser = createParser(input.contentType, { field, maxBytes });
  const stop = new AbortController();
  const signal = AbortSignal.any([input.signal, stop.signal]);
  const fields: Record<string, unknown> = {};
  const parts: Promise<StoredPart>[] = [];

  parser.on("field", (name, value, info) => {
    if (info.valueTruncated) stop.abort(fieldTooLong(name));
    else setField(fields, name, value);
  });
  parser.on("file", (name, stream, info) => {
    // The parser destroys it with an error when the body breaks off; unheard, that would end the process.
    stream.on("error", () => {});
    // A part that nobody reads would hold up the rest.
    if (name !== field) return void stream.resume();
    if (parts.length > 0) {
      stop.abort(
        new AppError("invalid_request", `The form has more than one '${field}'. Send one at a time.`, { param: field }),
      );
      return void stream.resume();
    }
    stream.once("limit", () => stop.abort(tooLarge(field, maxBytes)));
    const part = input.store(stream, signal).then((stored) => ({
      ...stored,
      filename: cleanFilename(info.filename),
      mediaType: info.mimeType,
    }));
    // Heard below; a failure must not wait for the end of a body that has stopped flowing.
    part.catch((error: unknown) => stop.abort(error));
    parts.push(part);
  });
  parser.once("partsLimit", () => stop.abort(new AppError("invalid_request", "The form has too many parts.")));

  try {
    await pipeline(Readable.from(input.body, { objectMode: false }), parser, { signal });
    const file = await parts[0];
    signal.throwIfAborted();
    if (file === undefined) throw missingFile(field);
    return { fields, file };
  } catch (error) {
    await Promise.allSettled(parts);
    throw reasonOf(error, signal);
  }
}

function createParser(
  contentType: string,
  { field, maxBytes }: Pick<MultipartInput, "field" | "maxBytes">,
): busboy.Busboy {
  if (!/^multipart\/form-data\b/i.test(contentType)) {
    throw new AppError(
      "invalid_request",
      field === "file"
        ? "A file is uploaded as multipart/form-data with the fields 'file' and 'purpose'."
        : "A part is uploaded as multipart/form-data with the field 'data'.",
    );
  }
  try {
    return busboy({
      headers: { "content-type": contentType },
      defParamCharset: "utf8",
      // One byte more than allowed: busboy reports the limit when it is reached, not when it is passed.
      limits: { fileSize: maxBytes + 1, fields: MAX_FIELDS, fieldSize: MAX_FIELD_BYTES, parts: MAX_FIELDS + 2 },
    });
  } catch {
    throw new AppError("invalid_request", "The multipart/form-data body has no usable boundary.");
  }
}

/** Notes a text field; `expires_after[anchor]` goes into an object. */
function setField(fields: Record<string, unknown>, name: string, value: string): void {
  const nested = /^([\w-]+)\[([\w-]+)\]$/.exec(name);
  if (nested?.[1] === undefined || nested[2] === undefined) {
    defineField(fields, name, value);
    return;
  }
  const [, outer, inner] = nested;
  const held = Object.hasOwn(fields, outer) ? fields[outer] : undefined;
  const holder: Record<string, unknown> = typeof held === "object" && held !== null ? { ...held } : {};
  defineField(holder, inner, value);
  defineField(fields, outer, holder);
}

/** An own property whatever its name is, `__proto__` too. */
function defineField(target: Record<string, unknown>, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
}

/** Why the body was not read to its end: what stopped it, before what that did to the streams. */
function reasonOf(error: unknown, signal: AbortSignal): unknown {
  const reason: unknown = signal.aborted ? signal.reason : error;
  if (reason instanceof Error && /^(Unexpected end of (form|file)|Malformed part header)$/i.test(reason.message)) {
    return new AppError("invalid_request", "The multipart/form-data body is not complete or not well formed.");
  }
  return reason;
}

function tooLarge(field: MultipartInput["field"], maxBytes: number): AppError {
  const what = field === "file" ? "file" : "part";
  return new AppError("payload_too_large", `The ${what} is larger than the maximum of ${maxBytes} bytes.`, {
    param: field,
  });
}

function missingFile(field: MultipartInput["field"]): AppError {
  return new AppError("missing_required_parameter", `Missing required parameter: '${field}'.`, { param: field });
}

function fieldTooLong(name: string): AppError {
  return new AppError(
    "string_above_max_length",
    `Invalid '${name}': string too long. Expected at most ${MAX_FIELD_BYTES} bytes.`,
    {
      param: name,
    },
  );
}
