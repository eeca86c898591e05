import { z } from "zod";
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from "zod-openapi";
import { ErrorSchema } from "#server/protocol/response-schemas";

/** One line of the route table, as the API describes itself. */
export interface OperationDoc {
  method: "GET" | "POST" | "DELETE";
  /** With parameters as `:name` or `:name{pattern}`. */
  path: string;
  summary: string;
  /** The scope that an API key needs; null when the route is open to all. */
  scope: string | null;
  /** Query parameters, all of them optional strings or numbers. */
  query?: z.ZodObject;
  body?: z.ZodType;
  /** `multipart` when the body comes as form data. */
  bodyType?: "json" | "multipart";
  /** What a 200 carries; any JSON when absent. */
  answer?: z.ZodType;
  /** True when the answer can also come as server-sent events. */
  streams?: boolean;
}

/** What the description of a route adds to its line in the route table. */
export type Description = Omit<OperationDoc, "method" | "path" | "scope">;

/** The query of most lists. */
export const paging = z.object({
  limit: z.coerce.number().int().min(1).max(100).optional(),
  order: z.enum(["asc", "desc"]).optional(),
  after: z.string().optional(),
  before: z.string().optional(),
});

export interface OpenApiInput {
  operations: readonly OperationDoc[];
  version: string;
}

const PARAMETER = /:(\w+)(?:\{[^}]*\})?/g;

/** The OpenAPI 3.1 document of the given operations, without `servers`. */
export function buildOpenApi({ operations, version }: OpenApiInput): object {
  const paths: ZodOpenApiPathsObject = {};
  for (const operation of operations) {
    const path = operation.path.replace(PARAMETER, "{$1}");
    const method = operation.method.toLowerCase() as "get" | "post" | "delete";
    paths[path] = { ...paths[path], [method]: toOperation(operation) };
  }
  return createDocument({
    openapi: "3.1.0",
    info: { title: "Rejoinder", version, description: "OpenAI's Responses API and Open Responses, self-hosted." },
    components: { securitySchemes: { bearer: { type: "http", scheme: "bearer" } } },
    paths,
  });
}

function toOperation(operation: OperationDoc): ZodOpenApiOperationObject {
  const names = [...operation.path.matchAll(PARAMETER)].flatMap((match) => match[1] ?? []);
  const answer = { schema: operation.answer ?? z.unknown() };
  return {
    summary: operation.summary,
    operationId: operationIdOf(operation),
    ...(operation.scope === null ? {} : { security: [{ bearer: [] }], description: `Scope: ${operation.scope}` }),
    requestParams: {
      ...(names.length > 0 ? { path: z.object(Object.fromEntries(names.map((name) => [name, z.string()]))) } : {}),
      ...(operation.query ? { query: operation.query } : {}),
    },
    ...(operation.body
      ? {
          requestBody: {
            required: true,
            content: {
              [operation.bodyType === "multipart" ? "multipart/form-data" : "application/json"]: {
                schema: operation.body,
              },
            },
          },
        }
      : {}),
    responses: {
      "200": {
        description: "OK",
        content: {
          "application/json": answer,
          ...(operation.streams ? { "text/event-stream": { schema: z.string() } } : {}),
        },
      },
      default: { description: "What went wrong", content: { "application/json": { schema: ErrorSchema } } },
    },
  };
}

/** `GET /v1/vector_stores/:id/files` as `get_vector_stores_id_files`. */
function operationIdOf({ method, path }: OperationDoc): string {
  const words = path.replace(PARAMETER, "$1").split("/").slice(2);
  return [method.toLowerCase(), ...words].join("_").replace(/\W+/g, "_");
}
