/** Narrow reads of values that a vendor sent: never trusted, never thrown at. */

export type JsonObject = Record<string, unknown>;

/** `value` as an object, or null. */
export function objectOf(value: unknown): JsonObject | null {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : null;
}

/** The object that `text` is JSON of, or null. */
export function parseObject(text: string): JsonObject | null {
  try {
    return objectOf(JSON.parse(text));
  } catch {
    return null;
  }
}

/** `value` as a list; empty when it is none. */
export function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** `value` as a finite number, or null. */
export function numberOf(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

/** `value` as a string, or null. */
export function stringOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
