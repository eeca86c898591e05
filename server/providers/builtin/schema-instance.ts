import type { MessageValues } from "#server/providers/builtin/message-values";
import { type FieldContext, fillNumber, fillString } from "#server/providers/builtin/schema-values";

type Schema = Record<string, unknown>;

const MAX_DEPTH = 12;
/** From here on only what a schema requires is filled, so that recursive schemas end. */
const SHALLOW = 4;

interface Walk {
  root: Schema;
  values: MessageValues;
  /** False: leave out what is not required and was not given a value (arguments of a function). */
  fillOptional: boolean;
}

function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function schemasOf(value: unknown): Schema[] {
  return Array.isArray(value) ? value.filter(isSchema) : [];
}

function numberOf(value: unknown, fallback: number): number {
  return typeof value === "number" ? value : fallback;
}

/** The schema that a local `$ref` points at; an empty one when it points nowhere. */
function resolveRef(root: Schema, ref: string): Schema {
  let found: unknown = root;
  for (const part of ref
    .replace(/^#\/?/, "")
    .split("/")
    .filter((step) => step !== "")) {
    const key = decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~");
    found = isSchema(found) || Array.isArray(found) ? Reflect.get(found, key) : undefined;
  }
  return isSchema(found) ? found : {};
}

function mergeInto(base: Schema, more: Schema): Schema {
  const merged: Schema = { ...base, ...more };
  if (isSchema(base.properties) && isSchema(more.properties))
    merged.properties = { ...base.properties, ...more.properties };
  if (Array.isArray(base.required) && Array.isArray(more.required))
    merged.required = [...base.required, ...more.required];
  return merged;
}

/** The schema with `$ref` followed, `allOf` merged and one branch of `anyOf`/`oneOf` chosen. */
function flatten(walk: Walk, schema: Schema, depth: number): Schema {
  let flat = schema;
  for (let turn = 0; turn < MAX_DEPTH; turn += 1) {
    const { $ref, allOf, anyOf, oneOf, ...rest } = flat;
    const branches = [...schemasOf(anyOf), ...schemasOf(oneOf)];
    if (typeof $ref === "string") flat = mergeInto(resolveRef(walk.root, $ref), rest);
    else if (allOf !== undefined)
      flat = schemasOf(allOf).reduce(mergeInto, { ...rest, ...(anyOf ? { anyOf } : {}), ...(oneOf ? { oneOf } : {}) });
    else if (branches.length > 0) flat = mergeInto(rest, chooseBranch(walk, branches, depth));
    else return flat;
  }
  return flat;
}

function isNull(schema: Schema): boolean {
  return schema.type === "null" || schema.const === null;
}

/** Near the surface the first branch that says something; in the depth the null, else the plainest one. */
function chooseBranch(walk: Walk, branches: Schema[], depth: number): Schema {
  const spoken = branches.find((branch) => !isNull(branch)) ?? branches[0] ?? {};
  if (depth < SHALLOW) return spoken;
  const resolved = branches.map((branch) =>
    typeof branch.$ref === "string" ? resolveRef(walk.root, branch.$ref) : branch,
  );
  return (
    branches.find(isNull) ?? resolved.find((branch) => branch.type !== "object" && branch.type !== "array") ?? spoken
  );
}

function typeOf(schema: Schema, depth: number): string {
  const types = Array.isArray(schema.type) ? schema.type.filter((type) => typeof type === "string") : [schema.type];
  if (depth >= SHALLOW && types.includes("null")) return "null";
  const named = types.find((type) => type !== "null") ?? types[0];
  if (typeof named === "string") return named;
  if (isSchema(schema.properties) || schema.required !== undefined) return "object";
  if (schema.items !== undefined || schema.prefixItems !== undefined) return "array";
  if (schema.minimum !== undefined || schema.maximum !== undefined) return "number";
  return "string";
}

function chooseEnum(options: unknown[], field: FieldContext): unknown {
  const { values } = field;
  const given = values.named(field.name)?.toLowerCase();
  const text = values.message.toLowerCase();
  const strings = options.filter((option) => typeof option === "string");
  return (
    strings.find((option) => option.toLowerCase() === given) ??
    strings.find((option) => option !== "" && holdsWord(text, option.toLowerCase())) ??
    options.find((option) => option !== null) ??
    options[0]
  );
}

function holdsWord(text: string, word: string): boolean {
  const at = text.indexOf(word);
  if (at < 0) return false;
  const beside = /[\p{L}\p{N}]/u;
  return !beside.test(text[at - 1] ?? " ") && !beside.test(text[at + word.length] ?? " ");
}

function fillArray(walk: Walk, schema: Schema, field: FieldContext): unknown[] {
  const least = numberOf(schema.minItems, 0);
  const most = numberOf(schema.maxItems, Number.POSITIVE_INFINITY);
  const tuple = schemasOf(schema.prefixItems);
  const item = isSchema(schema.items) ? schema.items : {};
  const names = tuple.length === 0 && isPlainText(walk, item, field.depth) ? field.values.listedNames() : [];
  const wanted = Math.min(Math.max(least, names.length, field.depth < SHALLOW ? 1 : 0, tuple.length), most);
  const items: unknown[] = names.slice(0, wanted);
  for (let index = items.length; index < wanted; index += 1) {
    const value = fill(walk, tuple[index] ?? item, { ...field, depth: field.depth + 1, index });
    items.push(value);
  }
  return schema.uniqueItems === true ? makeUnique(items) : items;
}

/** True for a string without rules of its own, which any name satisfies. */
function isPlainText(walk: Walk, schema: Schema, depth: number): boolean {
  const flat = flatten(walk, schema, depth);
  const rules = ["enum", "const", "pattern", "format", "minLength", "maxLength"];
  return flat.type === "string" && rules.every((rule) => flat[rule] === undefined);
}

function makeUnique(items: unknown[]): unknown[] {
  const seen = new Set<string>();
  return items.map((item, index) => {
    if (!seen.has(JSON.stringify(item))) {
      seen.add(JSON.stringify(item));
      return item;
    }
    if (typeof item === "number") return item + index;
    return typeof item === "string" ? `${item} ${index + 1}` : item;
  });
}

function fillObject(walk: Walk, schema: Schema, depth: number): Schema {
  const properties = isSchema(schema.properties) ? schema.properties : {};
  const required = new Set(
    Array.isArray(schema.required) ? schema.required.filter((key) => typeof key === "string") : [],
  );
  const made: Schema = {};
  for (const key of new Set([...required, ...Object.keys(properties)])) {
    const property = Reflect.get(properties, key);
    const inner = isSchema(property) ? property : {};
    const optional = !required.has(key);
    if (optional && (depth >= SHALLOW || (!walk.fillOptional && !isGiven(walk, inner, key)))) continue;
    made[key] = fill(walk, inner, { name: key, depth: depth + 1, index: 0, values: walk.values });
  }
  const missing = numberOf(schema.minProperties, 0) - Object.keys(made).length;
  const extra = isSchema(schema.additionalProperties) ? schema.additionalProperties : {};
  for (let index = 1; index <= missing; index += 1) {
    made[`key_${index}`] = fill(walk, extra, { name: "", depth: depth + 1, index, values: walk.values });
  }
  return made;
}

/** True when the message itself says something for an optional field. */
function isGiven(walk: Walk, schema: Schema, key: string): boolean {
  if (walk.values.named(key) !== null) return true;
  const text = walk.values.message.toLowerCase();
  return (
    Array.isArray(schema.enum) &&
    schema.enum.some((option) => typeof option === "string" && option !== "" && holdsWord(text, option.toLowerCase()))
  );
}

function fill(walk: Walk, schema: Schema, field: FieldContext): unknown {
  if (field.depth > MAX_DEPTH) return null;
  const flat = flatten(walk, schema, field.depth);
  if (flat.const !== undefined) return flat.const;
  if (Array.isArray(flat.enum) && flat.enum.length > 0) return chooseEnum(flat.enum, field);
  switch (typeOf(flat, field.depth)) {
    case "object":
      return fillObject(walk, flat, field.depth);
    case "array":
      return fillArray(walk, flat, field);
    case "number":
      return fillNumber(flat, field, false);
    case "integer":
      return fillNumber(flat, field, true);
    case "boolean":
      return fillBoolean(field);
    case "null":
      return null;
    default:
      return fillString(flat, field);
  }
}

function fillBoolean(field: FieldContext): boolean {
  const given = field.values.named(field.name)?.toLowerCase();
  if (given === "true" || given === "yes" || given === "on") return true;
  if (given === "false" || given === "no" || given === "off") return false;
  const spoken = field.name
    .replace(/^(is|has|include|with)_?/i, "")
    .replaceAll("_", " ")
    .toLowerCase();
  return spoken !== "" && holdsWord(field.values.message.toLowerCase(), spoken);
}

/**
 * A value that is valid under a JSON Schema, filled from a message where it offers one.
 * Knows `$ref`, `$defs`, `allOf`, `anyOf`, `oneOf`, `enum`, `const`, nested objects, arrays and their limits.
 */
export function makeInstance(schema: Schema, values: MessageValues, options: { fillOptional: boolean }): unknown {
  const walk: Walk = { root: schema, values, fillOptional: options.fillOptional };
  return fill(walk, schema, { name: "", depth: 0, index: 0, values });
}
