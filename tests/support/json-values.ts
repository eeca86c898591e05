/** A JSON object whose fields are not yet known. */
export type Json = Record<string, unknown>;

export function isRecord(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
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
