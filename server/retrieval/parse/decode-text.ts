import { DocumentRefused } from "#server/retrieval/parse/document";

const SAMPLE_BYTES = 64 * 1024;
const MAX_CONTROLS = 0.02;

/**
 * Decodes a text file: by its byte order mark, the encoding it declares, else as UTF-16 by its zero bytes, UTF-8 when
 * valid, and Windows-1252.
 * @throws DocumentRefused unsupported, for bytes that are no text
 */
export function decodeText(bytes: Uint8Array, declared?: string): string {
  const encoding = byteOrderMark(bytes) ?? declaredEncoding(declared) ?? guessEncoding(bytes);
  if (encoding === null) {
    throw new DocumentRefused("unsupported", "The file is neither a supported document nor readable text.");
  }
  return new TextDecoder(encoding).decode(bytes);
}

/** True for bytes that {@link decodeText} reads. */
export function isText(bytes: Uint8Array): boolean {
  return (byteOrderMark(bytes) ?? guessEncoding(bytes)) !== null;
}

function byteOrderMark(bytes: Uint8Array): string | null {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return "utf-8";
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  return null;
}

function declaredEncoding(label: string | undefined): string | null {
  if (label === undefined) return null;
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return null;
  }
}

/** null for bytes that are no text. */
function guessEncoding(bytes: Uint8Array): string | null {
  const wide = wideEncoding(bytes);
  if (wide !== null) return wide;
  if (looksBinary(bytes)) return null;
  return isUtf8(bytes) ? "utf-8" : "windows-1252";
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** UTF-16 of mostly Latin text: nearly every second byte is zero. */
function wideEncoding(bytes: Uint8Array): string | null {
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  let even = 0;
  let odd = 0;
  for (let index = 0; index < sample.length; index++) if (sample[index] === 0) index % 2 === 0 ? even++ : odd++;
  const half = sample.length / 2;
  if (odd > half * 0.4 && even < half * 0.1) return "utf-16le";
  if (even > half * 0.4 && odd < half * 0.1) return "utf-16be";
  return null;
}

/** Many control characters, zero bytes among them: a binary format. A stray one in a long text is nothing. */
function looksBinary(bytes: Uint8Array): boolean {
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  let controls = 0;
  for (const byte of sample) if (byte < 9 || (byte > 13 && byte < 32 && byte !== 27)) controls++;
  return controls > sample.length * MAX_CONTROLS;
}
