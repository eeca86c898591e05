import { newPair, type Pair, recordOf } from "#components/tools/secret-rows";
import type { HttpSettings } from "#components/tools/tool-types";

/** A function that is one HTTP request, as a form holds it. */
export interface HttpDraft {
  method: HttpSettings["method"];
  url: string;
  /** JSON Schema as text. */
  parameters: string;
  query: Pair[];
  headers: Pair[];
  bodyType: "none" | "json" | "text";
  /** JSON, or text with {arguments} in it. */
  body: string;
  /** JMESPath, or "". */
  result: string;
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
  result: "",
  asks: false,
};

function pairsOf(fields: Record<string, string>): Pair[] {
  return Object.entries(fields).map(([name, value]) => newPair(name, value));
}

/** What a form of a stored function starts with; null for one whose body this form cannot show. */
export function httpDraftOf(settings: HttpSettings): HttpDraft | null {
  const { body } = settings;
  if (body?.type === "form") return null;
  return {
    method: settings.method,
    url: settings.url,
    parameters: JSON.stringify(settings.parameters, null, 2),
    query: pairsOf(settings.query),
    headers: pairsOf(settings.headers),
    bodyType: body?.type ?? "none",
    body: body === null ? "" : body.type === "text" ? body.template : JSON.stringify(body.template, null, 2),
    result: settings.result ?? "",
    asks: settings.requireApproval === "always",
  };
}

/** Which field of a draft is no JSON, and why. */
export interface DraftProblem {
  field: "parameters" | "body";
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

/** The settings as the server takes them, or what is wrong with the form's JSON. */
export function toHttpSettings(draft: HttpDraft): { settings: Omit<HttpSettings, "timeoutSeconds"> } | DraftProblem {
  const schema = parsed(draft.parameters, "parameters");
  if ("field" in schema) return schema;
  if (!isObject(schema.value)) return { field: "parameters", message: 'An object is expected: {"type": "object", …}.' };
  const body = bodyOf(draft);
  if (body !== null && "field" in body) return body;
  const { method, url, result, asks } = draft;
  return {
    settings: {
      ...{ method, url: url.trim(), parameters: schema.value, body, result: result.trim() || null },
      ...{ headers: recordOf(draft.headers) ?? {}, query: recordOf(draft.query) ?? {} },
      requireApproval: asks ? "always" : "never",
    },
  };
}

type Body = HttpSettings["body"];
type JsonTemplate = Extract<Body, { type: "json" }>["template"];

function bodyOf({ bodyType, body }: HttpDraft): Body | DraftProblem {
  if (bodyType === "none") return null;
  if (bodyType === "text") return { type: "text", template: body };
  const template = parsed<JsonTemplate>(body, "body");
  return "field" in template ? template : { type: "json", template: template.value };
}
