import { withoutUrlSecrets } from "#server/protocol/server-url";
import { isSafeAttribute } from "#server/tracing/gen-ai-names";

/** Characters of the one-line previews in the trace list. */
export const PREVIEW_LENGTH = 280;
/** Characters that a string attribute of a span may have. */
const ATTRIBUTE_LENGTH = 1_000;
/** Characters that all attributes of a span may have as JSON. */
const ATTRIBUTES_LENGTH = 16_384;
const MAX_DEPTH = 40;

/** Fields that carry secrets in requests and tool definitions, wherever they stand. */
const SECRET_KEY =
  /^(proxy-)?authorization$|^x-provider-api-key$|^(x-)?api[-_]?key$|^(set-)?cookie$|^(access|refresh|bearer|auth)[-_]?token$/i;
/** Fields that hold base64 without saying so in a data URL. */
const BASE64_KEY = new Set(["data", "file_data", "b64_json", "result", "blob", "encrypted_content"]);
const BASE64_START = /^[A-Za-z0-9+/_-]{256}/;
const BROKEN_TEXT = /\\u0000|\\ud[89a-f]/i;

/** `text` without NUL and lone surrogates, which Postgres refuses, and at most `limit` characters long. */
export function cleanText(text: string, limit: number): string {
  const clipped = text.length > limit ? `${text.slice(0, limit - 1)}…` : text;
  return clipped.toWellFormed().replaceAll("\u0000", "\ufffd");
}

/** White space that is more than one space: most texts have none, and are then not copied. */
const UNEVEN_SPACE = /\s{2,}|[^\S ]/g;

/** The beginning of `text` on one line. */
export function previewOf(text: string): string {
  return cleanText(
    text
      .slice(0, PREVIEW_LENGTH * 4)
      .replace(UNEVEN_SPACE, " ")
      .trim(),
    PREVIEW_LENGTH,
  );
}

/** What keeping `value` costs in memory, about, in bytes. Strings count by length and are not read. */
export function sizeOf(value: unknown, depth = 0): number {
  if (typeof value === "string") return value.length + 16;
  if (value === null || typeof value !== "object" || depth > MAX_DEPTH) return 16;
  if (ArrayBuffer.isView(value)) return value.byteLength;
  let size = 32;
  if (Array.isArray(value)) for (const part of value) size += 16 + sizeOf(part, depth + 1);
  else if (isRecord(value)) for (const key in value) size += 16 + sizeOf(value[key], depth + 1);
  return size;
}

interface Limits {
  text: number;
  list: number;
}

interface Place {
  key: string;
  depth: number;
}

const ROOT: Place = { key: "", depth: 0 };

/** Content as JSON: without secrets, with binary parts replaced by their type and size, at most `maxBytes` characters. */
export function contentToJson(content: Record<string, unknown>, maxBytes: number): string {
  const steps: Limits[] = [
    { text: Number.POSITIVE_INFINITY, list: Number.POSITIVE_INFINITY },
    { text: 16_384, list: 2_000 },
    { text: 1_024, list: 200 },
  ];
  let whole = sizeOf(content);
  // Far over the cap it is shortened at once: writing it whole would hold up every request.
  for (const [index, limits] of steps.entries()) {
    if (index === 0 && whole > 8 * maxBytes) continue;
    const cleaned = cleanRecord(content, limits, 0);
    const json = toJson(index === 0 ? cleaned : { ...cleaned, shortened_from: whole });
    if (json.length <= maxBytes) return json;
    if (index === 0) whole = json.length;
  }
  return JSON.stringify({ omitted: true, shortened_from: whole });
}

/** A span's attributes as they are kept: short, without secrets, and, where no content is kept, facts only. */
export function cleanAttributes(attributes: Record<string, unknown>, keepsContent: boolean): Record<string, unknown> {
  if (keepsContent && isSmall(attributes)) return attributes;
  const chosen = keepsContent ? attributes : factsOf(attributes);
  const cleaned = cleanRecord(chosen, { text: ATTRIBUTE_LENGTH, list: 200 }, 0);
  if (JSON.stringify(cleaned).length <= ATTRIBUTES_LENGTH) return cleaned;
  return { ...cleanRecord(factsOf(attributes), { text: 200, list: 20 }, 0), shortened: true };
}

/** True for a few short values under names that are no secrets': what nearly every span has. */
function isSmall(attributes: Record<string, unknown>): boolean {
  let size = 0;
  for (const key in attributes) {
    const value = attributes[key];
    if (typeof value === "string") size += value.length;
    else if (typeof value === "object" && value !== null) return false;
    else if (typeof value === "bigint" || typeof value === "function") return false;
    if (size > ATTRIBUTE_LENGTH || key === "server_url" || isSecret(key, value, attributes)) return false;
  }
  return true;
}

/** JSON that Postgres takes: no NUL, no lone surrogate. */
export function toJson(value: unknown): string {
  const json = JSON.stringify(value);
  if (!BROKEN_TEXT.test(json)) return json;
  return JSON.stringify(value, (_key, part) => (typeof part === "string" ? cleanText(part, part.length + 1) : part));
}

/** Numbers, booleans, and texts under names that are known to be no content. */
function factsOf(attributes: Record<string, unknown>): Record<string, unknown> {
  const facts: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(attributes)) {
    const fact = factOf(key, value);
    if (fact !== undefined) facts[key] = fact;
  }
  return facts;
}

function factOf(key: string, value: unknown): unknown {
  if (value === null || typeof value === "number" || typeof value === "boolean") return value;
  if (typeof value === "string") return isSafeAttribute(key) ? value : undefined;
  if (Array.isArray(value)) return value.map((part) => factOf(key, part)).filter((part) => part !== undefined);
  return isRecord(value) ? factsOf(value) : undefined;
}

/** The value itself where nothing has to change, else a copy of the parts on the way to what does. */
function cleanValue(value: unknown, limits: Limits, place: Place = ROOT): unknown {
  if (typeof value === "string") return cleanString(value, limits, place.key);
  if (typeof value === "bigint") return value.toString();
  if (value === null || typeof value !== "object" || value instanceof Date) return value;
  if (ArrayBuffer.isView(value)) return reference("binary", value.byteLength);
  const depth = place.depth + 1;
  if (depth > MAX_DEPTH) return "[nested too deeply]";
  if (Array.isArray(value)) return cleanList(value, limits, { key: place.key, depth });
  return isRecord(value) ? cleanRecord(value, limits, depth) : value;
}

function cleanList(list: unknown[], limits: Limits, place: Place): unknown[] {
  let result = list;
  if (list.length > limits.list) result = [...list.slice(0, limits.list), `[${list.length - limits.list} more]`];
  for (const [index, part] of result.entries()) {
    const cleaned = cleanValue(part, limits, place);
    if (cleaned === part) continue;
    if (result === list) result = list.slice();
    result[index] = cleaned;
  }
  return result;
}

function cleanRecord(source: Record<string, unknown>, limits: Limits, depth: number): Record<string, unknown> {
  let result = source;
  for (const key in source) {
    const part = source[key];
    const cleaned = isSecret(key, part, source) ? "[removed]" : cleanValue(part, limits, { key, depth });
    if (cleaned === part) continue;
    if (result === source) result = { ...source };
    result[key] = cleaned;
  }
  return result;
}

function cleanString(text: string, limits: Limits, key: string): string {
  if (key === "server_url") return cleanString(withoutUrlSecrets(text), limits, "");
  if (text.length > 256) {
    if (text.startsWith("data:")) return referenceOfDataUrl(text);
    if (BASE64_KEY.has(key) && BASE64_START.test(text)) return reference("base64", base64Bytes(text.length));
  }
  return text.length > limits.text
    ? `${text.slice(0, limits.text)}… [${text.length - limits.text} more characters]`
    : text;
}

/** A tool's `headers` are secret whole; a JSON schema may have a property of that name, which is an object without `type` text beside it. */
function isSecret(key: string, value: unknown, parent: Record<string, unknown>): boolean {
  if (key === "headers") return typeof parent.type === "string" || typeof parent.server_url === "string";
  return typeof value === "string" && SECRET_KEY.test(key);
}

function referenceOfDataUrl(url: string): string {
  const comma = url.indexOf(",");
  const head = url.slice(5, comma < 0 ? 5 : comma);
  const length = url.length - comma - 1;
  const type = head.split(";", 1)[0] || "text/plain";
  return reference(type, head.endsWith(";base64") ? base64Bytes(length) : length);
}

function reference(type: string, bytes: number): string {
  return `[${type.slice(0, 100)}, ${bytes} bytes]`;
}

function base64Bytes(length: number): number {
  return Math.floor((length * 3) / 4);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
