import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { isRecord } from "#server/protocol/json-values";
import { REFERENCE } from "#tests/support/captures";

/** The two contracts that an answer is held to. */
export type Contract = "openai" | "open-responses";

const compiled = new Map<string, ValidateFunction>();
const instances = new Map<Contract, Ajv2020>();

function instance(contract: Contract): Ajv2020 {
  let ajv = instances.get(contract);
  if (!ajv) {
    const text = readFileSync(join(REFERENCE, `${contract}.openapi.json`), "utf8");
    // The one recursive schema is written for an older JSON Schema than the document claims to use.
    const document = JSON.parse(
      text.replaceAll(/"\$recursiveRef":\s*"#"/g, '"$ref":"#/components/schemas/CompoundFilter"'),
    );
    ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: false });
    ajv.addSchema({ $id: contract, components: withoutNullable(document.components) });
    instances.set(contract, ajv);
  }
  return ajv;
}

/** `nullable`, as OpenAPI 3.0 writes it, said in JSON Schema. */
function withoutNullable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNullable);
  if (!isRecord(value)) return value;
  const { nullable, ...rest } = Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, withoutNullable(part)]),
  );
  return nullable === true ? { anyOf: [rest, { type: "null" }] } : rest;
}

/** What is wrong with the value by the contract's schema of that name; empty when nothing is. */
export function violations(contract: Contract, schema: string, value: unknown): string[] {
  const key = `${contract}#/components/schemas/${schema}`;
  let validate = compiled.get(key);
  if (!validate) {
    validate = instance(contract).compile({ $ref: key });
    compiled.set(key, validate);
  }
  if (validate(value)) return [];
  return (validate.errors ?? []).map(
    (error) => `${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`,
  );
}

/** What stands at a JSON pointer of a contract's document, such as `/components/schemas/Response`. */
export function contractPart(contract: Contract, pointer: string): unknown {
  const root: unknown = instance(contract).getSchema(contract)?.schema;
  return pointer
    .split("/")
    .slice(1)
    .reduce((part, key) => (isRecord(part) ? part[key] : undefined), root);
}

/** The name of the contract's schema for an event type; null when it defines no such event. */
export function eventSchema(contract: Contract, type: string): string | null {
  const document = instance(contract).getSchema(contract)?.schema;
  if (typeof document !== "object" || !("components" in document)) return null;
  const schemas: Record<string, { properties?: { type?: { enum?: string[] } } }> = document.components.schemas;
  const isEvent = (name: string) => name.endsWith("Event") && !name.startsWith("WebSocket");
  const found = Object.entries(schemas).find(
    ([name, schema]) => isEvent(name) && !name.startsWith("Realtime") && schema.properties?.type?.enum?.includes(type),
  );
  return found?.[0] ?? null;
}
