/** One argument of a tool, as its JSON Schema describes it. */
export interface ArgumentField {
  name: string;
  description: string | null;
  required: boolean;
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

/** The arguments of a tool, in the order of its schema. */
export function argumentFields(schema: Json): ArgumentField[] {
  if (!isObject(schema.properties)) return [];
  const required = Array.isArray(schema.required) ? schema.required : [];
  return Object.entries(schema.properties).map(([name, property]) => {
    const fields = isObject(property) ? property : {};
    const description = typeof fields.description === "string" ? fields.description : null;
    return { name, description, required: required.includes(name), ...typeOf(fields) };
  });
}

export type ReadArguments = { values: Json } | { field: string; message: string };

/** The arguments as typed, by name; or the first that cannot be read. What is empty is left out. */
export function readArguments(
  fields: readonly ArgumentField[],
  typed: Readonly<Record<string, string>>,
): ReadArguments {
  const values: Json = {};
  for (const { name, type, required } of fields) {
    const text = typed[name] ?? "";
    if (text === "") {
      if (required && type !== "text") return { field: name, message: "Give a value." };
      if (required) values[name] = "";
      continue;
    }
    if (type === "text" || type === "choice") values[name] = text;
    else if (type === "boolean") values[name] = text === "true";
    else if (type === "number") {
      if (Number.isNaN(Number(text))) return { field: name, message: "This is no number." };
      values[name] = Number(text);
    } else {
      try {
        values[name] = JSON.parse(text);
      } catch {
        return { field: name, message: "This is no JSON." };
      }
    }
  }
  return { values };
}
