import { config } from "#server/config";
import { AppError } from "#server/errors";
import { outboundFetch } from "#server/outbound/outbound-fetch";
import { isRecord } from "#server/protocol/json-values";

/** A description of an API: pasted, or where it is to be fetched from. */
export interface OpenApiSource {
  document?: string | undefined;
  url?: string | undefined;
}

export interface OpenApiDocument {
  root: Record<string, unknown>;
  /** Where it came from; null for a pasted one. */
  url: string | null;
}

/** YAML takes ten times as long to read as JSON, and nothing else runs meanwhile. */
const MAX_YAML_CHARS = 2 * 1024 * 1024;

/**
 * Reads an OpenAPI 3 document, JSON or YAML.
 * @throws AppError missing_required_parameter, invalid_value, payload_too_large, outbound_not_allowed, provider_error,
 *   provider_timeout
 */
export async function readOpenApi(source: OpenApiSource, signal: AbortSignal): Promise<OpenApiDocument> {
  const { text, url } =
    source.url === undefined ? { text: source.document, url: null } : await fetched(source.url, signal);
  if (text === undefined) {
    throw new AppError("missing_required_parameter", "Paste the document, or give its address.", { param: "document" });
  }
  const root = await parse(text);
  if (!isRecord(root)) throw invalid("This is no OpenAPI document: it is not an object.");
  if (typeof root.swagger === "string") {
    throw invalid(`This describes Swagger ${root.swagger.slice(0, 8)}. Convert it to OpenAPI 3 first.`);
  }
  if (typeof root.openapi !== "string" || !root.openapi.startsWith("3.")) {
    throw invalid('This is no OpenAPI 3 document: it has no "openapi": "3.…".');
  }
  return { root, url };
}

async function fetched(url: string, signal: AbortSignal): Promise<{ text: string; url: string }> {
  const { OPENAPI_MAX_BYTES: maxBytes } = config();
  const answer = await outboundFetch(url, { signal, maxBytes });
  if (answer.status !== 200) throw invalid(`The address answered ${answer.status}, not with a document.`, "url");
  return { text: answer.body.toString("utf8"), url: answer.url };
}

async function parse(text: string): Promise<unknown> {
  const { OPENAPI_MAX_BYTES: maxBytes } = config();
  if (Buffer.byteLength(text) > maxBytes) {
    throw new AppError("payload_too_large", `The document is larger than ${maxBytes} bytes.`, { param: "document" });
  }
  if (/^\s*\{/.test(text)) return parseJson(text);
  if (text.length > MAX_YAML_CHARS) {
    throw new AppError(
      "payload_too_large",
      `As YAML, a document may have ${MAX_YAML_CHARS} characters. Give it as JSON.`,
      {
        param: "document",
      },
    );
  }
  const { load, CORE_SCHEMA } = await import("js-yaml");
  try {
    return load(text, { schema: CORE_SCHEMA, maxAliases: 1_000, maxDepth: 100 });
  } catch (error) {
    const why = error instanceof Error && "reason" in error ? ` ${String(error.reason)}.` : "";
    throw invalid(`This is neither JSON nor YAML.${why}`);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid(`This is no valid JSON. ${error instanceof Error ? error.message : ""}`.trim());
  }
}

function invalid(message: string, param = "document"): AppError {
  return new AppError("invalid_value", message, { param });
}
