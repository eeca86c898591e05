/** A JSON object whose fields are not yet known. */
export type Json = Record<string, unknown>;

export function isRecord(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** True when both values are the same JSON, whatever the order of keys. A key without a value counts as absent. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((entry, index) => sameJson(entry, b[index]));
  }
  if (!isRecord(a) || !isRecord(b)) return false;
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((key) => sameJson(a[key], b[key]));
}

type Given<T> = { [K in keyof T]?: NonNullable<T[K]> };

/** `fields` without those that are null or absent; undefined when none is left. */
export function given<T extends object>(fields: T | null | undefined): Given<T> | undefined {
  const entries = Object.entries(fields ?? {}).filter(([, value]) => value != null);
  return entries.length > 0 ? (Object.fromEntries(entries) as Given<T>) : undefined;
}

/** The value as an object; an empty one when it is none. */
export function record(value: unknown): Json {
  return isRecord(value) ? value : {};
}

/** The value as an array; an empty one when it is none. */
export function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The value as a string; "" when it is none. */
export function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** The value as a number; NaN when it is none. */
export function number(value: unknown): number {
  return typeof value === "number" ? value : Number.NaN;
}
