import { readFileSync } from "node:fs";
import { join } from "node:path";
import { list, record, text } from "#server/protocol/json-values";
import { REFERENCE } from "#tests/support/captures";
import type { Contract } from "#tests/support/contract-schemas";

const documents = new Map<Contract, Record<string, unknown>>();

function documentOf(contract: Contract): Record<string, unknown> {
  const read = documents.get(contract) ?? JSON.parse(readFileSync(join(REFERENCE, `${contract}.openapi.json`), "utf8"));
  documents.set(contract, read);
  return read;
}

/** Every property of a schema and of all that it is put together from, each with its own schema. */
function propertiesOf(document: Record<string, unknown>, schema: unknown): Record<string, unknown> {
  const { $ref, properties, ...unions } = record(schema);
  const name = text($ref).split("/").at(-1) ?? "";
  const target = name === "" ? {} : record(record(record(document.components).schemas)[name]);
  const parts = [target, ...["allOf", "anyOf", "oneOf"].flatMap((kind) => list(unions[kind]))];
  const inherited = parts.filter((part) => Object.keys(record(part)).length > 0);
  return Object.assign({}, record(properties), ...inherited.map((part) => propertiesOf(document, part)));
}

/**
 * The names of the fields of a request body in a contract; those of `within`, one of its objects, when that is given.
 * Empty when the contract has no such route. `route`: as the route table writes it.
 */
export function contractFields(contract: Contract, route: string, within?: string): string[] {
  const document = documentOf(contract);
  const [method = "", path = ""] = route.split(" ");
  const named = path.replace(/^\/v1/, "").replaceAll(/:(\w+)/g, "{$1}");
  const { content } = record(record(record(record(document.paths)[named])[method.toLowerCase()]).requestBody);
  const [media] = Object.values(record(content));
  const fields = propertiesOf(document, record(media).schema);
  return Object.keys(within === undefined ? fields : propertiesOf(document, fields[within]));
}
