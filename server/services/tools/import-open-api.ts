import { z } from "zod";
import { requirePermission } from "#server/auth/permissions";
import { inTransaction } from "#server/db/client";
import { listSavedTools } from "#server/db/saved-tools";
import { isAppError } from "#server/errors";
import { HttpToolSettings, SavedToolName, SecretHeaders, SecretQuery } from "#server/protocol/saved-tools";
import type { ServiceContext } from "#server/services/context";
import { addTool } from "#server/services/tools/create-tool";
import { readOpenApi } from "#server/services/tools/open-api/read-document";
import { type Operation, readOperations } from "#server/services/tools/open-api/read-operations";
import { OpenApiInput } from "#server/services/tools/preview-open-api";
import { draftOf, type ToolDraft, toNameError } from "#server/services/tools/tool-rules";
import { type ToolView, toToolView } from "#server/services/tools/tool-view";

export const ImportOpenApiInput = OpenApiInput.extend({
  /** Keys of the operations that become tools. */
  operations: z.array(z.string().max(4096)).min(1, "Choose at least one operation.").max(200),
  /** Of every tool. */
  secretHeaders: SecretHeaders.optional(),
  secretQuery: SecretQuery.optional(),
  requireApproval: HttpToolSettings.shape.requireApproval.optional(),
});
type Input = z.infer<typeof ImportOpenApiInput>;

export interface OpenApiImport {
  created: ToolView[];
  /** Operations that became no tools, and why. */
  skipped: { key: string; reason: string }[];
}

/**
 * Saves tools for the chosen operations of an OpenAPI document: all of those that can become tools, or none when that
 * fails.
 * @throws AppError invalid_value, missing_required_parameter, payload_too_large, outbound_not_allowed, permission_denied
 */
export async function importOpenApi({ ctx, input }: { ctx: ServiceContext; input: Input }): Promise<OpenApiImport> {
  requirePermission(ctx.principal, "tools.manage");
  const document = await readOpenApi(input, ctx.signal);
  const known = new Map(readOperations(document, input.baseUrl ?? null).map((one) => [one.key, one]));
  const taken = new Set((await listSavedTools(ctx.principal.teamId)).map(({ name }) => name));
  const drafts: ToolDraft[] = [];
  const skipped: OpenApiImport["skipped"] = [];
  for (const key of new Set(input.operations)) {
    const made = await draftOfOperation(known.get(key), input, taken);
    if (typeof made === "string") skipped.push({ key, reason: made });
    else drafts.push(made);
  }
  try {
    const rows = await inTransaction(async (tx) => {
      const added = [];
      for (const draft of drafts) added.push(await addTool(ctx, { draft, enabled: true }, tx));
      return added;
    });
    return { created: rows.map(toToolView), skipped };
  } catch (error) {
    throw toNameError(error, "one of them");
  }
}

/** The tool of an operation, or why there is none. */
async function draftOfOperation(
  operation: Operation | undefined,
  input: Input,
  taken: ReadonlySet<string>,
): Promise<ToolDraft | string> {
  if (!operation) return "The document has no such operation.";
  if (!operation.settings) return operation.problem ?? "It cannot become a tool.";
  const name = `${input.prefix ?? ""}${operation.name}`;
  if (!SavedToolName.safeParse(name).success) return `"${name}" is no name for a tool.`;
  if (taken.has(name)) return `There is a tool named "${name}" already.`;
  const { secretHeaders, secretQuery, requireApproval = "never" } = input;
  try {
    const http = { ...operation.settings, requireApproval };
    return await draftOf({ kind: "http", name, description: operation.description, http, secretHeaders, secretQuery });
  } catch (error) {
    if (isAppError(error) && error.code === "invalid_value") return error.message;
    throw error;
  }
}
