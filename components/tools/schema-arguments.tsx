/** One argument of a tool, as its JSON Schema describes it. */
export interface ArgumentField {
  /** The keys that lead to it: an argument of its own, or within one that is an object. */
  path: string[];
  /** The same, with dots. */
  name: string;
  description: string | null;
  required: boolean;
  /** True: the object that it stands in is always given. */
  isParentRequired: boolean;
  /** `json`: whatever has no field of its own. */
  type: "text" | "number" | "boolean" | "choice" | "json";
  /** Of a choice. */
  options: string[];
}

type Json = Record<string, unknown>;

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function typeOf(property: Json): Pick<ArgumentField, "type" | "options"> {
  if (Array.isArray(property.enum) && property.enum.every((each) => typeof each === "string")) {
    return { type: "choice", options: property.enum };
  }
  const { type } = property;
  if (type === "string") return { type: "text", options: [] };
  if (type === "number" || type === "integer") return { type: "number", options: [] };
  return { type: type === "boolean" ? "boolean" : "json", options: [] };
}

const MAX_DEPTH = 4;

/** The arguments of a tool, in the order of its schema; of an object within, each of its own. */
export function argumentFields(schema: Json): ArgumentField[] {
  return fieldsOf(schema, [], true);
}

function fieldsOf(schema: Json, above: readonly string[], isParentRequired: boolean): ArgumentField[] {
  if (!isObject(schema.properties)) return [];
  const required = Array.isArray(schema.required) ? schema.required : [];
  return Object.entries(schema.properties).flatMap(([key, property]) => {
    const fields = isObject(property) ? property : {};
    const path = [...above, key];
    const isRequired = isParentRequired && required.includes(key);
    const inner = path.length < MAX_DEPTH ? fieldsOf(fields, path, isRequired) : [];
    if (inner.length > 0) return inner;
    const description = typeof fields.description === "string" ? fields.description : null;
    const about = { path, name: path.join("."), description };
    return { ...about, required: isRequired, isParentRequired, ...typeOf(fields) };
  });
}

export type ReadArguments = { values: Json } | { field: string; message: string };

/** The arguments as typed, by the fields' names; or the first that cannot be read. What is empty is left out. */
export function readArguments(
  fields: readonly ArgumentField[],
  typed: Readonly<Record<string, string>>,
): ReadArguments {
  const values: Json = {};
  for (const field of fields) {
    const read = readField(field, typed[field.name] ?? "");
    if ("message" in read) return { field: field.name, message: read.message };
    if (read.value !== undefined || field.isParentRequired) put(values, field.path, read.value);
  }
  return { values };
}

function readField({ type, required }: ArgumentField, text: string): { value: unknown } | { message: string } {
  if (text === "") {
    if (required && type !== "text") return { message: "Give a value." };
    return { value: required ? "" : undefined };
  }
  if (type === "text" || type === "choice") return { value: text };
  if (type === "boolean") return { value: text === "true" };
  if (type === "number")
    return Number.isNaN(Number(text)) ? { message: "This is no number." } : { value: Number(text) };
  try {
    return { value: JSON.parse(text) };
  } catch {
    return { message: "This is no JSON." };
  }
}

/** Sets a value within objects, which are made on the way; of what is undefined only those. */
function put(values: Json, path: readonly string[], value: unknown): void {
  let object = values;
  for (const key of path.slice(0, -1)) {
    const inner = isObject(object[key]) ? object[key] : {};
    object[key] = inner;
    object = inner;
  }
  const last = path.at(-1);
  if (last !== undefined && value !== undefined) object[last] = value;
}
