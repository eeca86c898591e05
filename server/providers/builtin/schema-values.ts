import type { MessageValues } from "#server/providers/builtin/message-values";
import { matchesPattern, textForPattern } from "#server/providers/builtin/pattern-text";

type Schema = Record<string, unknown>;

/** The field being filled. */
export interface FieldContext {
  /** The property's name; empty at the top. */
  name: string;
  depth: number;
  /** Position in an array. */
  index: number;
  values: MessageValues;
}

const WHOLE_MESSAGE =
  /^(q|query|queries|question|input|text|message|prompt|search|search_query|content|body|thought)$/i;
const PLACE = /(city|location|place|country|town|region|address|area|destination|where|state)/i;
const ORIGIN = /(origin|source|from|sender|departure|start)/i;
const TARGET = /(to|recipient|receiver|target|destination|audience)$/i;
const SUBJECT = /(topic|subject|about|title)/i;

/** Examples that are valid for their format; the same every time. */
const FORMATS: Record<string, string> = {
  "date-time": "2025-01-01T00:00:00Z",
  date: "2025-01-01",
  time: "00:00:00Z",
  duration: "P1D",
  email: "demo@example.com",
  "idn-email": "demo@example.com",
  hostname: "example.com",
  ipv4: "192.0.2.1",
  ipv6: "2001:db8::1",
  uri: "https://example.com/",
  "uri-reference": "/",
  uuid: "00000000-0000-4000-8000-000000000000",
};

/** Words before a value that a field of this name is likely to have. */
export function prepositionsFor(name: string): readonly string[] {
  if (ORIGIN.test(name)) return ["from"];
  if (PLACE.test(name)) return ["in", "at", "near", "for", "to", "of"];
  if (TARGET.test(name)) return ["to", "for"];
  if (SUBJECT.test(name)) return ["about", "on", "of"];
  return [];
}

function lengthLimits(schema: Schema): { least: number; most: number } {
  return {
    least: typeof schema.minLength === "number" ? schema.minLength : 0,
    most: typeof schema.maxLength === "number" ? schema.maxLength : Number.POSITIVE_INFINITY,
  };
}

/** Lengths are counted in code points, as JSON Schema does. */
function fitLength(schema: Schema, text: string): string {
  const { least, most } = lengthLimits(schema);
  const points = [...text];
  if (points.length > most) return points.slice(0, most).join("");
  return points.length < least ? text + "x".repeat(least - points.length) : text;
}

function fromFormat(format: string, field: FieldContext): string | null {
  const { values } = field;
  if (format === "email" || format === "uri" || format === "date" || format === "date-time") {
    const found = values.find(format);
    if (found !== null) return found;
    const day = format === "date-time" ? values.find("date") : null;
    if (day !== null) return `${day}T00:00:00Z`;
  }
  return FORMATS[format] ?? null;
}

function fromMessage(field: FieldContext): string | null {
  const { name, values } = field;
  const given = name === "" ? null : values.named(name);
  if (given !== null) return given;
  if (WHOLE_MESSAGE.test(name) && values.message !== "") return values.message;
  const prepositions = prepositionsFor(name);
  const placed = prepositions.length === 0 ? null : (values.allAfter(prepositions)[field.index] ?? null);
  return placed ?? values.nextQuoted() ?? values.anyName();
}

function exampleOf(schema: Schema): string | null {
  if (typeof schema.default === "string") return schema.default;
  const examples = Array.isArray(schema.examples) ? schema.examples : [];
  return examples.find((example) => typeof example === "string") ?? null;
}

/** A string valid under `schema`: from the message where it offers one, else the schema's own example, else a plain one. */
export function fillString(schema: Schema, field: FieldContext): string {
  if (typeof schema.pattern === "string") {
    const offered = [field.name === "" ? null : field.values.named(field.name), exampleOf(schema)];
    const { pattern } = schema;
    const matching = offered.find((text) => text !== null && matchesPattern(pattern, text));
    return matching ?? textForPattern(pattern, lengthLimits(schema).least);
  }
  if (typeof schema.format === "string") {
    const formatted = fromFormat(schema.format, field);
    if (formatted !== null) return formatted;
  }
  const text = fromMessage(field) ?? exampleOf(schema) ?? (field.values.message.slice(0, 200) || "demo");
  return fitLength(schema, text);
}

interface NumberLimits {
  least: number;
  most: number;
  step: number;
}

function numberLimits(schema: Schema, whole: boolean): NumberLimits {
  const read = (key: string, fallback: number) => (typeof schema[key] === "number" ? schema[key] : fallback);
  const step = read("multipleOf", whole ? 1 : 0);
  const nudge = step > 0 ? step : 1e-6;
  const least = Math.max(
    read("minimum", Number.NEGATIVE_INFINITY),
    read("exclusiveMinimum", Number.NEGATIVE_INFINITY) + nudge,
  );
  const most = Math.min(
    read("maximum", Number.POSITIVE_INFINITY),
    read("exclusiveMaximum", Number.POSITIVE_INFINITY) - nudge,
  );
  return { least, most, step: whole && step % 1 !== 0 ? 1 : step };
}

function isMultiple(value: number, step: number): boolean {
  return step === 0 || Math.abs(value / step - Math.round(value / step)) < 1e-9;
}

/** A number valid under `schema`: from the message where one fits, else its default, else the nearest to zero allowed. */
export function fillNumber(schema: Schema, field: FieldContext, whole: boolean): number {
  const limits = numberLimits(schema, whole);
  const fits = (value: number) => value >= limits.least && value <= limits.most && isMultiple(value, limits.step);
  const found = field.values.nextNumber(field.name, fits);
  if (found !== null) return found;
  if (typeof schema.default === "number" && fits(schema.default)) return schema.default;
  const start = Math.min(Math.max(0, limits.least), limits.most);
  const stepped = limits.step > 0 ? Math.ceil(start / limits.step) * limits.step : start;
  const fallback = stepped > limits.most ? Math.floor(limits.most / limits.step) * limits.step : stepped;
  return fallback === 0 ? 0 : fallback;
}
