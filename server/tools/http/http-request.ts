import { AppError } from "#server/errors";
import type { HttpToolSettings } from "#server/protocol/saved-tools";
import {
  type Arguments,
  argumentsIn,
  fillJson,
  fillKnown,
  fillPairs,
  fillPath,
  fillText,
} from "#server/tools/http/template";

/** A saved function as one request reaches it. */
export interface HttpFunction {
  name: string;
  description: string | null;
  settings: HttpToolSettings;
  /** Sent with every request, never shown. */
  secrets: { headers: Readonly<Record<string, string>>; query: Readonly<Record<string, string>> };
}

/** A request as it is sent, and its address as it may be shown. */
export interface HttpRequest {
  method: HttpToolSettings["method"];
  url: string;
  shownUrl: string;
  headers: Record<string, string>;
  body: string | null;
}

const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
const DEFAULT_HEADERS = { accept: "application/json, text/*;q=0.9, */*;q=0.1", "user-agent": "rejoinder" };
const CONTENT_TYPES = { json: "application/json", form: "application/x-www-form-urlencoded", text: "text/plain" };

/** The arguments that a function's schema names. */
export function declaredArguments({ parameters }: Pick<HttpToolSettings, "parameters">): Set<string> {
  const { properties } = parameters;
  return new Set(typeof properties === "object" && properties !== null ? Object.keys(properties) : []);
}

/** Scheme, host and port of an address, the path with its placeholders, and the query that it has itself. */
export function partsOfUrl(template: string): { origin: string; path: string; search: string } | null {
  const match = /^(https?:\/\/[^/?#{}@\s]+)(\/[^?#]*)?(\?[^#]*)?(?:#.*)?$/i.exec(template);
  const origin = match?.[1] === undefined ? undefined : URL.parse(match[1])?.origin;
  if (!match || origin === undefined) return null;
  return { origin, path: match[2] ?? "/", search: match[3] ?? "" };
}

/**
 * Why a function's settings cannot work: an address without a fixed host, a placeholder that no argument fills. null
 * when nothing is wrong.
 */
export function faultOf(settings: HttpToolSettings): { field: string; message: string } | null {
  const parts = partsOfUrl(settings.url);
  if (!parts) {
    return {
      field: "url",
      message: "Give a whole address with http:// or https://, and a host without placeholders or passwords.",
    };
  }
  const declared = declaredArguments(settings);
  const texts: [string, string][] = [
    ["url", parts.path],
    ["url", parts.search],
    ...Object.values(settings.headers).map((text): [string, string] => ["headers", text]),
    ...Object.values(settings.query).map((text): [string, string] => ["query", text]),
    ...(settings.body?.type === "form" ? Object.values(settings.body.template) : []).map((text): [string, string] => [
      "body",
      text,
    ]),
  ];
  for (const [field, text] of texts) {
    const unknown = argumentsIn(text).find((name) => !declared.has(name));
    if (unknown === undefined) continue;
    return { field, message: `"{${unknown}}" is no argument: "parameters" has no property of that name.` };
  }
  return null;
}

/**
 * The request that a call with these arguments makes.
 * @throws AppError invalid_value when an argument is missing or fits nowhere, in words for the model
 */
export function buildRequest({ settings, secrets }: HttpFunction, values: Arguments): HttpRequest {
  requireArguments(settings, values);
  const parts = partsOfUrl(settings.url);
  if (!parts) throw new AppError("invalid_value", "its address is not valid.");
  // One text: beside a base, a path of two slashes would name another host.
  const base = new URL(parts.origin + fillPath(parts.path, values));
  const own = [...new URLSearchParams(parts.search)].filter(([name]) => !Object.hasOwn(settings.query, name));
  const pairs = fillPairs([...own, ...Object.entries(settings.query)], values);
  const hidden = Object.keys(secrets.query);
  const withQuery = (extra: [string, string][]) => {
    const url = new URL(base);
    const open = pairs.filter(([name]) => !hidden.includes(name));
    url.search = new URLSearchParams([...open, ...extra]).toString();
    return url.href;
  };
  const { method } = settings;
  const body = method === "GET" ? null : bodyOf(settings, values);
  return {
    method,
    url: withQuery(Object.entries(secrets.query)),
    shownUrl: withQuery(hidden.map((name) => [name, "[redacted]"])),
    headers: headersOf({ settings, secrets, values, hasBody: body !== null }),
    body,
  };
}

function requireArguments({ parameters }: HttpToolSettings, values: Arguments): void {
  const required: unknown[] = Array.isArray(parameters.required) ? parameters.required : [];
  const missing = required.filter((name) => typeof name === "string" && values[name] === undefined);
  if (missing.length === 0) return;
  const names = missing.map((name) => `'${String(name)}'`).join(", ");
  throw new AppError("invalid_value", `its arguments do not fit: ${names} missing.`);
}

interface HeaderSources {
  settings: HttpToolSettings;
  secrets: HttpFunction["secrets"];
  values: Arguments;
  hasBody: boolean;
}

function headersOf({ settings, secrets, values, hasBody }: HeaderSources): Record<string, string> {
  const headers: Record<string, string> = { ...DEFAULT_HEADERS };
  if (hasBody && settings.body) headers["content-type"] = CONTENT_TYPES[settings.body.type];
  for (const [name, text] of Object.entries(settings.headers)) {
    const value = fillText(text, values);
    if (value === undefined) continue;
    if (!HEADER_VALUE.test(value)) {
      throw new AppError("invalid_value", `its arguments do not fit: the header '${name}' cannot hold them.`);
    }
    headers[name.toLowerCase()] = value;
  }
  for (const [name, value] of Object.entries(secrets.headers)) headers[name.toLowerCase()] = value;
  return headers;
}

function bodyOf(settings: HttpToolSettings, values: Arguments): string | null {
  const { body } = settings;
  if (body === null) return null;
  const known = declaredArguments(settings);
  switch (body.type) {
    case "json": {
      const filled = fillJson(body.template, values, known);
      return filled === undefined ? null : JSON.stringify(filled);
    }
    case "form":
      return new URLSearchParams(fillPairs(Object.entries(body.template), values)).toString();
    case "text":
      return fillKnown(body.template, values, known);
  }
}
