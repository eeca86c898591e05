import { analyse } from "chardet";
import { DocumentRefused } from "#server/retrieval/parse/document";

const SAMPLE_BYTES = 64 * 1024;
const MAX_CONTROLS = 0.02;

/** Below this, what chardet says of bytes that are not UTF-8 is no better than the commonest guess. */
const SURE_OF_WIDE = 60;
const SURE_OF_NARROW = 15;
/** Encodings of East Asia, two bytes a letter. */
const WIDE = new Set(["Shift_JIS", "EUC-JP", "EUC-KR", "Big5", "GB18030"]);
/** What chardet tells apart and a decoder knows only under a wider one. */
const LABELS: Record<string, string> = { "ISO-8859-8": "windows-1255" };

/**
 * Decodes a text file: by its byte order mark, the encoding it declares, else as UTF-16 or UTF-32 by its zero bytes, UTF-8
 * when valid, ISO-2022-JP by its escapes, and otherwise what its letters make likely, at last Windows-1252.
 * @throws DocumentRefused unsupported, for bytes that are no text
 */
export function decodeText(bytes: Uint8Array, declared?: string): string {
  const encoding = byteOrderMark(bytes) ?? declaredEncoding(declared) ?? guessEncoding(bytes);
  if (encoding === null) {
    throw new DocumentRefused("unsupported", "The file is neither a supported document nor readable text.");
  }
  if (encoding === "utf-32le" || encoding === "utf-32be") return decodeUtf32(bytes, encoding === "utf-32le");
  return new TextDecoder(encoding).decode(bytes);
}

/** True for bytes that {@link decodeText} reads. */
export function isText(bytes: Uint8Array): boolean {
  return byteOrderMark(bytes) !== null || wideByZeros(bytes) !== null || !looksBinary(bytes);
}

/** The encoding that an XML text declares for itself. */
export function xmlEncoding(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 200)).toString("latin1");
  return /^<\?xml[^>]{0,100}encoding\s*=\s*["']([\w-]+)["']/.exec(head)?.[1];
}

function byteOrderMark(bytes: Uint8Array): string | null {
  const [first, second, third, fourth] = bytes;
  if (first === 0xef && second === 0xbb && third === 0xbf) return "utf-8";
  if (first === 0xff && second === 0xfe) return third === 0 && fourth === 0 ? "utf-32le" : "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  if (first === 0 && second === 0 && third === 0xfe && fourth === 0xff) return "utf-32be";
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
  const wide = wideByZeros(bytes);
  if (wide !== null) return wide;
  if (looksBinary(bytes)) return null;
  if (isValid(bytes, "utf-8")) return hasJapaneseEscapes(bytes) ? "iso-2022-jp" : "utf-8";
  return likelyEncoding(bytes);
}

function isValid(bytes: Uint8Array, encoding: string): boolean {
  try {
    new TextDecoder(encoding, { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** ISO-2022-JP is ASCII with escapes into other tables, and back. */
function hasJapaneseEscapes(bytes: Uint8Array): boolean {
  const sample = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, SAMPLE_BYTES)).toString("latin1");
  return sample.split("\u001b").some((part) => /^\$[@B][!-~]+/.test(part)) && isValid(bytes, "iso-2022-jp");
}

/** By the frequencies of letters, as chardet knows them. What says nothing is Western European. */
function likelyEncoding(bytes: Uint8Array): string {
  for (const { name, confidence } of analyse(bytes.subarray(firstForeign(bytes)).subarray(0, SAMPLE_BYTES))) {
    if (WIDE.has(name) ? confidence < SURE_OF_WIDE : confidence < SURE_OF_NARROW) continue;
    const encoding = declaredEncoding(LABELS[name] ?? name);
    // A sample may end inside a letter, so the whole must be valid, not the sample.
    if (encoding === null || encoding.startsWith("utf-") || (WIDE.has(name) && !isValid(bytes, encoding))) continue;
    return encoding;
  }
  return "windows-1252";
}

/** The line of the first byte above ASCII: a long English preface would hide what follows. */
function firstForeign(bytes: Uint8Array): number {
  const first = bytes.findIndex((byte) => byte >= 0x80);
  return bytes.length <= SAMPLE_BYTES ? 0 : bytes.subarray(0, first).lastIndexOf(0x0a) + 1;
}

/** UTF-16 of mostly Latin text: nearly every second byte is zero; of UTF-32, three of four. */
function wideByZeros(bytes: Uint8Array): string | null {
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  const zeros = [0, 0, 0, 0];
  for (const [index, byte] of sample.entries()) if (byte === 0) zeros[index % 4] = (zeros[index % 4] ?? 0) + 1;
  const share = (place: number) => (zeros[place] ?? 0) / (sample.length / 4);
  if (sample.length >= 8 && share(3) > 0.95 && share(2) > 0.95 && share(0) < 0.1) return "utf-32le";
  if (sample.length >= 8 && share(0) > 0.95 && share(1) > 0.95 && share(3) < 0.1) return "utf-32be";
  const even = (share(0) + share(2)) / 2;
  const odd = (share(1) + share(3)) / 2;
  if (odd > 0.4 && even < 0.1) return "utf-16le";
  if (even > 0.4 && odd < 0.1) return "utf-16be";
  return null;
}

/** Many control characters, zero bytes among them: a binary format. A stray one in a long text is nothing. */
function looksBinary(bytes: Uint8Array): boolean {
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  let controls = 0;
  for (const byte of sample) if (byte < 9 || (byte > 13 && byte < 32 && byte !== 27)) controls++;
  return controls > sample.length * MAX_CONTROLS;
}

function decodeUtf32(bytes: Uint8Array, littleEndian: boolean): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts: string[] = [];
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    const point = view.getUint32(at, littleEndian);
    parts.push(String.fromCodePoint(point > 0x10_ffff ? 0xfffd : point));
  }
  return parts.join("");
}
