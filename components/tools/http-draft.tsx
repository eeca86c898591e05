import { newPair, type Pair, recordOf } from "#components/tools/secret-rows";
import type { HttpSettings } from "#components/tools/tool-types";

type Body = HttpSettings["body"];

/** A function that is one HTTP request, as a form holds it. */
export interface HttpDraft {
  method: HttpSettings["method"];
  url: string;
  /** JSON Schema as text. */
  parameters: string;
  query: Pair[];
  headers: Pair[];
  bodyType: "none" | "json" | "form" | "text";
  /** JSON, or text with {arguments} in it. */
  body: string;
  /** Of a form's body. */
  bodyFields: Pair[];
  /** JMESPath, or "". */
  result: string;
  /** Seconds as typed; "" for the server's own limit. */
  timeout: string;
  asks: boolean;
}

const exampleSchema = {
  type: "object",
  properties: { city: { type: "string", description: "Name of a city" } },
  required: ["city"],
};

export const newHttpDraft: HttpDraft = {
  method: "GET",
  url: "",
  parameters: JSON.stringify(exampleSchema, null, 2),
  query: [],
  headers: [],
  bodyType: "none",
  body: "",
  bodyFields: [],
  result: "",
  timeout: "",
  asks: false,
};

function pairsOf(fields: Record<string, string>): Pair[] {
  return Object.entries(fields).map(([name, value]) => newPair(name, value));
}

/** What a form of a stored function starts with. */
export function httpDraftOf(settings: HttpSettings): HttpDraft {
  const { body } = settings;
  return {
    method: settings.method,
    url: settings.url,
    parameters: JSON.stringify(settings.parameters, null, 2),
    query: pairsOf(settings.query),
    headers: pairsOf(settings.headers),
    bodyType: body?.type ?? "none",
    body: textOf(body),
    bodyFields: body?.type === "form" ? pairsOf(body.template) : [],
    result: settings.result ?? "",
    timeout: settings.timeoutSeconds === null ? "" : String(settings.timeoutSeconds),
    asks: settings.requireApproval === "always",
  };
}

function textOf(body: Body): string {
  if (body?.type === "text") return body.template;
  return body?.type === "json" ? JSON.stringify(body.template, null, 2) : "";
}

/** Which field of a draft cannot be read, and why. */
export interface DraftProblem {
  field: "parameters" | "body" | "timeout";
  message: string;
}

/** `T`: what any JSON is to whoever takes it. */
function parsed<T = unknown>(text: string, field: DraftProblem["field"]): { value: T } | DraftProblem {
  try {
    const value: T = JSON.parse(text);
    return { value };
  } catch (error) {
    return { field, message: error instanceof Error ? error.message : "This is no JSON." };
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The settings as the server takes them, or what of the form cannot be read. */
export function toHttpSettings(draft: HttpDraft): { settings: HttpSettings } | DraftProblem {
  const schema = parsed(draft.parameters, "parameters");
  if ("field" in schema) return schema;
  if (!isObject(schema.value)) return { field: "parameters", message: 'An object is expected: {"type": "object", …}.' };
  const body = bodyOf(draft);
  if (body !== null && "field" in body) return body;
  const { method, url, result, asks } = draft;
  const timeoutSeconds = draft.timeout.trim() === "" ? null : Number(draft.timeout.replace(",", "."));
  if (Number.isNaN(timeoutSeconds)) return { field: "timeout", message: "This is no number." };
  return {
    settings: {
      ...{ method, url: url.trim(), parameters: schema.value, body, result: result.trim() || null, timeoutSeconds },
      ...{ headers: recordOf(draft.headers) ?? {}, query: recordOf(draft.query) ?? {} },
      requireApproval: asks ? "always" : "never",
    },
  };
}

type JsonTemplate = Extract<Body, { type: "json" }>["template"];

function bodyOf({ bodyType, body, bodyFields }: HttpDraft): Body | DraftProblem {
  if (bodyType === "none") return null;
  if (bodyType === "form") return { type: "form", template: recordOf(bodyFields) ?? {} };
  if (bodyType === "text") return { type: "text", template: body };
  const template = parsed<JsonTemplate>(body, "body");
  return "field" in template ? template : { type: "json", template: template.value };
}

/** An argument that a form's schema names, as its hints write it; null where it names none. */
export function exampleArgument({ parameters }: Pick<HttpDraft, "parameters">): string | null {
  const schema = parsed(parameters, "parameters");
  if ("field" in schema || !isObject(schema.value) || !isObject(schema.value.properties)) return null;
  return Object.keys(schema.value.properties)[0] ?? null;
}
