import { AppError } from "#server/errors";
import { isRecord, type Json, list, record, text } from "#server/protocol/json-values";
import { HTTP_METHODS, HttpToolSettings } from "#server/protocol/saved-tools";
import { readArguments } from "#server/services/tools/open-api/read-arguments";
import type { OpenApiDocument } from "#server/services/tools/open-api/read-document";
import { schemesOf } from "#server/services/tools/open-api/read-security";
import { OperationProblem, SchemaResolver } from "#server/services/tools/open-api/schema-resolver";

/** An operation of a document, and the tool that can be made of it. */
export interface Operation {
  /** `GET /pets/{id}`: names it within the document. */
  key: string;
  name: string;
  description: string | null;
  method: string;
  path: string;
  /** Names of the security schemes that it takes. */
  schemes: string[];
  /** null when it cannot be a tool; `problem` says why. */
  settings: HttpToolSettings | null;
  problem: string | null;
}

const MAX_OPERATIONS = 1_000;
const MAX_NAME = 64;
const MAX_DESCRIPTION = 1_024;

/**
 * The operations of a document, in its order. `baseUrl` takes the place of the servers that it names.
 * @throws AppError payload_too_large
 */
export function readOperations(document: OpenApiDocument, baseUrl: string | null): Operation[] {
  const resolver = new SchemaResolver(document.root);
  const found = Object.entries(record(document.root.paths)).flatMap(([path, item]) =>
    HTTP_METHODS.flatMap((method) => {
      const operation = record(item)[method.toLowerCase()];
      return isRecord(operation) ? [{ path, method, item: record(item), operation }] : [];
    }),
  );
  if (found.length > MAX_OPERATIONS) {
    throw new AppError("payload_too_large", `The document has more than ${MAX_OPERATIONS} operations.`, {
      param: "document",
    });
  }
  const names = new Set<string>();
  return found.map((one) => readOperation({ ...one, document, baseUrl, resolver, names }));
}

interface Found {
  path: string;
  method: HttpToolSettings["method"];
  item: Json;
  operation: Json;
  document: OpenApiDocument;
  baseUrl: string | null;
  resolver: SchemaResolver;
  names: Set<string>;
}

function readOperation(found: Found): Operation {
  const { path, method, operation, document, names, resolver } = found;
  const about = {
    key: `${method} ${path}`,
    name: freeName(nameOf(found), names),
    description: descriptionOf(operation),
    method,
    path,
    schemes: schemesOf(operation, document),
  };
  try {
    resolver.startOperation();
    return { ...about, settings: settingsOf(found), problem: null };
  } catch (error) {
    if (error instanceof OperationProblem) return { ...about, settings: null, problem: error.message };
    throw error;
  }
}

function settingsOf({ method, path, item, operation, document, baseUrl, resolver }: Found): HttpToolSettings {
  const server = baseUrl ?? serverOf([operation, item, document.root], document.url);
  if (server === null) throw new OperationProblem("The document names no server for it. Give its base address.");
  const parameters = [...list(item.parameters), ...list(operation.parameters)].map((one) => resolver.object(one));
  const taken = readArguments({ path, method, parameters, requestBody: operation.requestBody, resolver });
  const settings = HttpToolSettings.safeParse({
    method,
    url: `${server.replace(/\/+$/, "")}${taken.path}`,
    parameters: taken.parameters,
    headers: taken.headers,
    query: taken.query,
    body: taken.body,
    result: null,
    timeoutSeconds: null,
    requireApproval: "never",
  });
  if (settings.success) return settings.data;
  const [issue] = settings.error.issues;
  throw new OperationProblem(`It does not fit: ${issue?.path.join(".")}: ${issue?.message}`);
}

/** The first server that is named, the nearest first. */
function serverOf(places: readonly Json[], documentUrl: string | null): string | null {
  for (const place of places) {
    const [first] = list(place.servers);
    if (isRecord(first) && typeof first.url === "string") return addressOf(first, documentUrl);
  }
  return documentUrl === null ? null : new URL(documentUrl).origin;
}

/** A server's address, its variables with their defaults; null for what is none. */
function addressOf(server: Json, documentUrl: string | null): string | null {
  const variables = record(server.variables);
  const url = text(server.url).replace(/\{([^{}]+)\}/g, (_, name: string) => text(record(variables[name]).default));
  const absolute = URL.parse(url, documentUrl ?? undefined);
  return absolute && /^https?:$/.test(absolute.protocol) ? absolute.href : null;
}

/** Origins of the servers that the document as a whole names, or of `baseUrl` in their place. */
export function originsOf({ root, url }: OpenApiDocument, baseUrl: string | null): Set<string> {
  const named = list(root.servers).flatMap((server) => addressOf(record(server), url) ?? []);
  const addresses = baseUrl !== null ? [baseUrl] : named.length > 0 || url === null ? named : [url];
  return new Set(addresses.flatMap((address) => URL.parse(address)?.origin ?? []));
}

function nameOf({ operation, method, path }: Found): string {
  const said = text(operation.operationId).trim() || `${method.toLowerCase()} ${path}`;
  const plain = said.replace(/[^A-Za-z0-9_-]+/g, "_").replace(/^_+|_+$/g, "");
  return (/^[A-Za-z]/.test(plain) ? plain : `op_${plain}`).slice(0, MAX_NAME);
}

function freeName(name: string, taken: Set<string>): string {
  let free = name;
  for (let number = 2; taken.has(free); number += 1) {
    const suffix = `_${number}`;
    free = name.slice(0, MAX_NAME - suffix.length) + suffix;
  }
  taken.add(free);
  return free;
}

function descriptionOf({ summary, description }: Json): string | null {
  const parts = [text(summary).trim(), text(description).trim()].filter((part) => part !== "");
  return [...new Set(parts)].join("\n").slice(0, MAX_DESCRIPTION).replaceAll("\0", "").toWellFormed() || null;
}
