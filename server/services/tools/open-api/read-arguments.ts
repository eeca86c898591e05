import { type Json, record, text } from "#server/protocol/json-values";
import { OWN_HEADERS } from "#server/protocol/mcp-tools";
import type { HttpToolSettings } from "#server/protocol/saved-tools";
import { OperationProblem, type SchemaResolver } from "#server/services/tools/open-api/schema-resolver";

/** Where an operation's arguments go. */
type Taken = Pick<HttpToolSettings, "parameters" | "headers" | "query" | "body"> & { path: string };

interface Source {
  path: string;
  method: string;
  /** Without references; a later one of the same name and place replaces an earlier. */
  parameters: readonly Json[];
  requestBody: unknown;
  resolver: SchemaResolver;
}

/** Headers that OpenAPI has other words for, and those that belong to the connection. */
const OTHERS_HEADERS: ReadonlySet<string> = new Set([...OWN_HEADERS, "authorization"]);

/** Collects arguments under names that placeholders can have. */
class ArgumentList {
  readonly properties: Record<string, Json> = {};
  readonly required: string[] = [];

  add(wanted: string, schema: Json, required: boolean): string {
    const plain = wanted.replace(/[^\w$-]/g, "_").replace(/^(?![A-Za-z_$])/, "_");
    let name = plain;
    for (let number = 2; Object.hasOwn(this.properties, name); number += 1) name = `${plain}_${number}`;
    this.properties[name] = schema;
    if (required) this.required.push(name);
    return name;
  }
}

/**
 * An operation's parameters and body as the arguments of a function, and where in its request each goes.
 * Throws OperationProblem for what must be sent and cannot be.
 */
export function readArguments({ path, method, parameters, requestBody, resolver }: Source): Taken {
  const given = new ArgumentList();
  const taken: Taken = { path, parameters: {}, headers: {}, query: {}, body: null };
  const distinct = new Map(parameters.map((one) => [`${text(one.in)} ${text(one.name)}`, one]));
  const places = new Map<string, string>();
  for (const parameter of distinct.values()) addParameter({ parameter, taken, given, places, resolver });
  taken.path = path.replace(/\{([^{}]+)\}/g, (_, name: string) => {
    const argument = places.get(name) ?? given.add(name, { type: "string" }, true);
    return `{${argument}}`;
  });
  if (method !== "GET" && requestBody !== undefined) addBody(requestBody, { taken, given, resolver });
  taken.parameters = { type: "object", properties: given.properties, required: given.required };
  return taken;
}

interface Adding {
  parameter: Json;
  taken: Taken;
  given: ArgumentList;
  /** By the name of a path's parameter, its argument. */
  places: Map<string, string>;
  resolver: SchemaResolver;
}

function addParameter({ parameter, taken, given, places, resolver }: Adding): void {
  const name = text(parameter.name);
  const place = text(parameter.in);
  const required = place === "path" || parameter.required === true;
  if (place === "header" && OTHERS_HEADERS.has(name.toLowerCase())) return;
  const [content] = Object.values(record(parameter.content));
  const schema = resolver.schema(content === undefined ? parameter.schema : record(content).schema);
  const format = content === undefined ? formatOf(parameter, schema) : "|json";
  if (format === null || !["path", "query", "header"].includes(place)) {
    if (!required) return;
    throw new OperationProblem(`Its parameter "${name}" (${place || "nowhere"}) cannot be sent from here.`);
  }
  const described = parameter.description === undefined ? {} : { description: text(parameter.description) };
  const argument = given.add(name, { ...schema, ...described }, required);
  if (place === "path") places.set(name, argument);
  else if (place === "query") taken.query[name] = `{${argument}${format}}`;
  else taken.headers[name] = `{${argument}${format}}`;
}

/** How a parameter's value is written; null for a style that is not known here. */
function formatOf(parameter: Json, schema: Json): string | null {
  const isQuery = parameter.in === "query";
  const style = text(parameter.style) || (isQuery ? "form" : "simple");
  if (isQuery && style === "deepObject") return "";
  if (style !== (isQuery ? "form" : "simple")) return null;
  const types = [schema.type].flat();
  if (types.includes("object")) return null;
  if (!types.includes("array")) return "";
  return isQuery && parameter.explode !== false ? "" : "|csv";
}

interface Body {
  taken: Taken;
  given: ArgumentList;
  resolver: SchemaResolver;
}

function addBody(requestBody: unknown, { taken, given, resolver }: Body): void {
  const body = resolver.object(requestBody);
  const types = Object.entries(record(body.content));
  const required = body.required === true;
  const [type, media] = types.find(([name]) => kindOf(name) !== null) ?? [];
  if (type === undefined) {
    if (!required) return;
    const names = types.map(([name]) => name).join(", ");
    throw new OperationProblem(`Its body is of a type that cannot be sent from here: ${names || "none"}.`);
  }
  const schema = resolver.schema(record(media).schema);
  const described = body.description === undefined ? schema : { description: text(body.description), ...schema };
  const argument = given.add("body", described, required);
  const kind = kindOf(type);
  if (kind === "form") {
    const fields = Object.keys(record(schema.properties)).filter((name) => /^[\w$-]+$/.test(name));
    taken.body = { type: kind, template: Object.fromEntries(fields.map((name) => [name, `{${argument}.${name}}`])) };
  } else taken.body = { type: kind ?? "text", template: `{${argument}}` };
  if (kind === "json" && type !== "application/json") taken.headers["content-type"] = type;
}

function kindOf(mediaType: string): "json" | "form" | "text" | null {
  const plain = mediaType.split(";")[0]?.trim().toLowerCase() ?? "";
  if (plain === "application/json" || plain.endsWith("+json") || plain === "*/*") return "json";
  if (plain === "application/x-www-form-urlencoded") return "form";
  return plain === "text/plain" ? "text" : null;
}
