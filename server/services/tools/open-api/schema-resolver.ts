import { AppError } from "#server/errors";
import { isRecord, type Json, record } from "#server/protocol/json-values";

/** Why an operation cannot become a tool. */
export class OperationProblem extends Error {}

const MAX_DEPTH = 48;
const MAX_NODES = 5_000;
const MAX_NODES_OF_DOCUMENT = 300_000;

/** Keywords that say nothing to a model, or hold what only documentation shows. */
const DROPPED: ReadonlySet<string> = new Set([
  ...["xml", "example", "examples", "externalDocs", "discriminator", "nullable", "readOnly", "writeOnly"],
  ...["$id", "$anchor", "$schema", "$defs", "definitions", "$comment"],
]);
/** Keywords whose values are data: nothing in them is a schema. */
const DATA: ReadonlySet<string> = new Set(["enum", "const", "default", "required", "type"]);
/** Keywords whose values are schemas by name. */
const MAPS: ReadonlySet<string> = new Set(["properties", "patternProperties", "dependentSchemas"]);

/**
 * Writes out the references of one document. What grows beyond all measure is a problem of its operation, and of the
 * document when all of it together does. Only references within the document are followed.
 */
export class SchemaResolver {
  readonly #root: Json;
  #nodesLeft = MAX_NODES_OF_DOCUMENT;
  #nodes = 0;

  constructor(root: Json) {
    this.#root = root;
  }

  /** The next operation may grow again. */
  startOperation(): void {
    this.#nodes = 0;
  }

  /** What an object that may be a reference stands for. Throws OperationProblem where that leads nowhere. */
  object(value: unknown): Json {
    let found = record(value);
    for (let hops = 0; typeof found.$ref === "string"; hops += 1) {
      if (hops > MAX_DEPTH) throw new OperationProblem("Its references go round in a circle.");
      found = record(this.#at(found.$ref));
    }
    return found;
  }

  /** A schema without references, as JSON Schema. Throws OperationProblem. */
  schema(value: unknown): Json {
    return this.#schema(value, []);
  }

  #schema(value: unknown, path: readonly string[]): Json {
    this.#count();
    if (path.length > MAX_DEPTH) throw new OperationProblem("Its schema is nested too deep.");
    // In OpenAPI 3.1 a schema may be a boolean.
    if (!isRecord(value)) return value === false ? { not: {} } : {};
    const { $ref: ref } = value;
    if (typeof ref === "string") {
      if (path.includes(ref)) return { description: "The same again, nested." };
      const { $ref: _, ...beside } = value;
      return { ...this.#schema(this.#at(ref), [...path, ref]), ...this.#fields(beside, [...path, ""]) };
    }
    return this.#fields(value, [...path, ""]);
  }

  #fields(schema: Json, path: readonly string[]): Json {
    const written: Json = {};
    for (const [key, value] of Object.entries(schema)) {
      if (DROPPED.has(key) || key.startsWith("x-")) continue;
      if (DATA.has(key)) written[key] = this.#data(value);
      else if (MAPS.has(key)) written[key] = this.#map(value, path);
      else if (Array.isArray(value)) written[key] = value.map((part) => this.#part(part, path));
      else written[key] = this.#part(value, path);
    }
    return schema.nullable === true ? nullable(written) : written;
  }

  #part(value: unknown, path: readonly string[]): unknown {
    return isRecord(value) ? this.#schema(value, path) : this.#data(value);
  }

  #map(value: unknown, path: readonly string[]): Json {
    const named = Object.entries(record(value)).filter(([, part]) => record(part).readOnly !== true);
    return Object.fromEntries(named.map(([name, part]) => [name, this.#schema(part, path)]));
  }

  /** Data as it is; what an alias of YAML repeats is counted each time. */
  #data(value: unknown, depth = 0): unknown {
    this.#count();
    if (depth > MAX_DEPTH) throw new OperationProblem("Its schema is nested too deep.");
    if (Array.isArray(value)) return value.map((part) => this.#data(part, depth + 1));
    if (!isRecord(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, this.#data(part, depth + 1)]));
  }

  #count(): void {
    this.#nodes += 1;
    this.#nodesLeft -= 1;
    if (this.#nodesLeft < 0) {
      throw new AppError("payload_too_large", "Written out, the schemas of this document are too large.", {
        param: "document",
      });
    }
    if (this.#nodes > MAX_NODES) throw new OperationProblem("Written out, its schemas are too large.");
  }

  #at(ref: string): unknown {
    if (!ref.startsWith("#/")) {
      throw new OperationProblem(`It refers to another document, which is not fetched: ${ref.slice(0, 200)}`);
    }
    let found: unknown = this.#root;
    for (const part of ref.slice(2).split("/")) {
      const key = decoded(part);
      if (typeof found !== "object" || found === null || !Object.hasOwn(found, key)) {
        throw new OperationProblem(`It refers to what is not there: ${ref.slice(0, 200)}`);
      }
      found = Reflect.get(found, key);
    }
    return found;
  }
}

/** OpenAPI 3.0's way to say that null is a value, as JSON Schema says it. */
function nullable(schema: Json): Json {
  if (typeof schema.type === "string") {
    const values = Array.isArray(schema.enum) && !schema.enum.includes(null) ? { enum: [...schema.enum, null] } : {};
    return { ...schema, type: [schema.type, "null"], ...values };
  }
  return Object.keys(schema).length === 0 ? schema : { anyOf: [schema, { type: "null" }] };
}

function decoded(part: string): string {
  const plain = part.replaceAll("~1", "/").replaceAll("~0", "~");
  try {
    return decodeURIComponent(plain);
  } catch {
    return plain;
  }
}
