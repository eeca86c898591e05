import { z } from "zod";
import { requirePermission } from "#server/auth/permissions";
import { listSavedTools } from "#server/db/saved-tools";
import { list, record, text } from "#server/protocol/json-values";
import type { ServiceContext } from "#server/services/context";
import { readOpenApi } from "#server/services/tools/open-api/read-document";
import { readOperations } from "#server/services/tools/open-api/read-operations";
import { type AskedSecret, readSecurity } from "#server/services/tools/open-api/read-security";

/** A document, pasted (JSON or YAML) or by its address. */
export const OpenApiInput = z.object({
  document: z.string().min(1).optional(),
  url: z.string().trim().min(1).max(4096).optional(),
  /** In the place of the servers that the document names. */
  baseUrl: z.string().trim().min(1).max(4096).optional(),
  /** Put before each tool's name. */
  prefix: z.string().max(32).optional(),
});

export interface OpenApiPreview {
  title: string;
  version: string;
  servers: string[];
  security: AskedSecret[];
  operations: {
    /** `GET /pets/{id}`: names it in `importOpenApi`. */
    key: string;
    /** What the tool would be called. */
    name: string;
    description: string | null;
    method: string;
    path: string;
    /** Names of the security schemes that it takes. */
    schemes: string[];
    /** Where it would send its requests; null with a problem. */
    url: string | null;
    arguments: string[];
    /** Why it cannot become a tool; null when it can. */
    problem: string | null;
  }[];
}

/**
 * What tools an OpenAPI document would make. Nothing is saved.
 * @throws AppError invalid_value, missing_required_parameter, payload_too_large, outbound_not_allowed, permission_denied
 */
export async function previewOpenApi({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: z.infer<typeof OpenApiInput>;
}): Promise<OpenApiPreview> {
  requirePermission(ctx.principal, "tools.manage");
  const document = await readOpenApi(input, ctx.signal);
  const operations = readOperations(document, input.baseUrl ?? null);
  const taken = new Set((await listSavedTools(ctx.principal.teamId)).map(({ name }) => name));
  const info = record(document.root.info);
  return {
    title: text(info.title),
    version: text(info.version),
    servers: list(document.root.servers).map((server) => text(record(server).url)),
    security: readSecurity(document),
    operations: operations.map(({ settings, ...operation }) => {
      const name = `${input.prefix ?? ""}${operation.name}`;
      const isTaken = taken.has(name) ? `There is a tool named "${name}" already.` : null;
      return {
        ...operation,
        name,
        url: settings?.url ?? null,
        arguments: Object.keys(record(settings?.parameters.properties)),
        problem: operation.problem ?? isTaken,
      };
    }),
  };
}
