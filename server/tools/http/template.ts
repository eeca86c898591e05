import { AppError } from "#server/errors";

/** Arguments of a call, as the model gave them. */
export type Arguments = Readonly<Record<string, unknown>>;

/** `{name}`, `{name.inner}`, `{name|csv}`, `{name|json}`. */
const PLACEHOLDER = /\{([A-Za-z_$][\w$-]*(?:\.[\w$-]+)*)(?:\|(csv|json))?\}/g;

interface Placeholder {
  path: string[];
  format: string | null;
}

/** The first part of every placeholder in a text: the arguments that it needs. */
export function argumentsIn(text: string): string[] {
  return [...text.matchAll(PLACEHOLDER)].flatMap((match) => match[1]?.split(".")[0] ?? []);
}

/** The one placeholder that a text consists of; null for any other text. */
function onlyPlaceholder(text: string): Placeholder | null {
  const [match] = text.matchAll(PLACEHOLDER);
  if (!match || match[0] !== text) return null;
  return { path: (match[1] ?? "").split("."), format: match[2] ?? null };
}

function valueAt(values: Arguments, path: readonly string[]): unknown {
  let value: unknown = values;
  for (const key of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = Reflect.get(value, key);
  }
  return value ?? undefined;
}

/** The value as one text; undefined for what is absent. */
function asText(value: unknown, format: string | null): string | undefined {
  if (value === undefined) return undefined;
  if (format === "csv" && Array.isArray(value)) return value.map((part) => asText(part, null) ?? "").join(",");
  if (typeof value === "string" && format !== "json") return value;
  return JSON.stringify(value);
}

/** The text with each placeholder replaced by what `put` makes of its value. */
function replaced(text: string, values: Arguments, put: (value: string | undefined, name: string) => string): string {
  return text.replace(PLACEHOLDER, (_whole, name: string, format?: string) =>
    put(asText(valueAt(values, name.split(".")), format ?? null), name),
  );
}

/** The text with its placeholders filled; undefined when one of them stands for an argument that is absent. */
export function fillText(text: string, values: Arguments): string | undefined {
  let isWhole = true;
  const filled = replaced(text, values, (value) => {
    if (value === undefined) isWhole = false;
    return value ?? "";
  });
  return isWhole ? filled : undefined;
}

/**
 * The path of a URL with its placeholders filled and encoded, so that no argument reaches beyond its place.
 * @throws AppError invalid_value for an absent or empty argument, or one that would lead to another path
 */
export function fillPath(path: string, values: Arguments): string {
  const filled = replaced(path, values, (value, name) => {
    if (value === undefined || value === "") throw invalid(`'${name}' is missing.`);
    return encode(value);
  });
  if (filled.split("/").some((segment) => /^(?:\.|%2e){1,2}$/i.test(segment))) {
    throw invalid("an argument is no part of a path.");
  }
  return filled;
}

function encode(value: string): string {
  if (!value.isWellFormed()) throw invalid("an argument is not well-formed text.");
  return encodeURIComponent(value);
}

/** Names and values of a query or a form. What is absent is left out; a list is repeated, an object is `name[key]`. */
export function fillPairs(templates: readonly [string, string][], values: Arguments): [string, string][] {
  return templates.flatMap(([name, text]): [string, string][] => {
    const only = onlyPlaceholder(text);
    const value = only ? valueAt(values, only.path) : undefined;
    if (only?.format == null && typeof value === "object") return pairsOf(name, value);
    const filled = fillText(text, values);
    return filled === undefined ? [] : [[name, filled.toWellFormed()]];
  });
}

function pairsOf(name: string, value: object | null): [string, string][] {
  if (value === null) return [];
  const parts: [string, unknown][] = Array.isArray(value)
    ? value.map((part) => [name, part])
    : Object.entries(value).map(([key, part]) => [`${name}[${key}]`, part]);
  return parts.flatMap(([key, part]): [string, string][] => {
    const text = asText(part ?? undefined, null);
    return text === undefined ? [] : [[key.toWellFormed(), text.toWellFormed()]];
  });
}

/**
 * A JSON value with the placeholders of `known` arguments filled in all its texts: a text that is nothing but a
 * placeholder becomes the argument itself, and is left out, with its key, when that is absent.
 */
export function fillJson(template: unknown, values: Arguments, known: ReadonlySet<string>): unknown {
  if (typeof template === "string") return fillJsonText(template, values, known);
  if (Array.isArray(template)) {
    return template.map((part) => fillJson(part, values, known)).filter((part) => part !== undefined);
  }
  if (typeof template !== "object" || template === null) return template;
  const fields = Object.entries(template).map(([key, part]) => [key, fillJson(part, values, known)] as const);
  return Object.fromEntries(fields.filter(([, part]) => part !== undefined));
}

function fillJsonText(text: string, values: Arguments, known: ReadonlySet<string>): unknown {
  const only = onlyPlaceholder(text);
  if (only && known.has(only.path[0] ?? "")) {
    const value = valueAt(values, only.path);
    return only.format === null ? value : asText(value, only.format);
  }
  return fillKnown(text, values, known);
}

/** The text with the placeholders of known arguments filled; other braces are left as they are. */
export function fillKnown(text: string, values: Arguments, known: ReadonlySet<string>): string {
  return text.replace(PLACEHOLDER, (whole, name: string, format?: string) => {
    const path = name.split(".");
    return known.has(path[0] ?? "") ? (asText(valueAt(values, path), format ?? null) ?? "") : whole;
  });
}

function invalid(what: string): AppError {
  return new AppError("invalid_value", `its arguments do not fit: ${what}`);
}
