import { z } from "zod";
import { requirePermission } from "#server/auth/permissions";
import { inTransaction } from "#server/db/client";
import { listSavedTools } from "#server/db/saved-tools";
import { AppError, isAppError } from "#server/errors";
import { HttpToolSettings, SavedToolName, SecretHeaders, SecretQuery } from "#server/protocol/saved-tools";
import type { ServiceContext } from "#server/services/context";
import { addTool } from "#server/services/tools/create-tool";
import { type SecretRules, secretsFor } from "#server/services/tools/open-api/assign-secrets";
import { readOpenApi } from "#server/services/tools/open-api/read-document";
import { type Operation, originsOf, readOperations } from "#server/services/tools/open-api/read-operations";
import { readSecurity } from "#server/services/tools/open-api/read-security";
import { OpenApiInput } from "#server/services/tools/preview-open-api";
import { draftOf, type ToolDraft, toNameError } from "#server/services/tools/tool-rules";
import { changeSecrets, type ToolSecrets } from "#server/services/tools/tool-secrets";
import { type ToolView, toToolView } from "#server/services/tools/tool-view";

export const ImportOpenApiInput = OpenApiInput.extend({
  /** Keys of the operations that become tools. */
  operations: z.array(z.string().max(4096)).min(1, "Choose at least one operation.").max(200),
  /** Each goes to the tools whose operation asks for it. */
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
 * fails. A secret goes to those that ask for it ({@link secretsFor}).
 * @throws AppError invalid_value, missing_required_parameter, payload_too_large, outbound_not_allowed, permission_denied
 */
export async function importOpenApi({ ctx, input }: { ctx: ServiceContext; input: Input }): Promise<OpenApiImport> {
  requirePermission(ctx.principal, "tools.manage");
  const document = await readOpenApi(input, ctx.signal);
  const baseUrl = input.baseUrl ?? null;
  const known = new Map(readOperations(document, baseUrl).map((one) => [one.key, one]));
  const rules = { asked: readSecurity(document), origins: originsOf(document, baseUrl) };
  const taken = new Set((await listSavedTools(ctx.principal.teamId)).map(({ name }) => name));
  const drafts: ToolDraft[] = [];
  const skipped: OpenApiImport["skipped"] = [];
  for (const key of new Set(input.operations)) {
    const made = await draftOfOperation(known.get(key), input, { taken, rules });
    if (typeof made === "string") skipped.push({ key, reason: made });
    else drafts.push(made);
  }
  requireAllUsed(input, drafts);
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
  { taken, rules }: { taken: ReadonlySet<string>; rules: SecretRules },
): Promise<ToolDraft | string> {
  if (!operation) return "The document has no such operation.";
  if (!operation.settings) return operation.problem ?? "It cannot become a tool.";
  const name = `${input.prefix ?? ""}${operation.name}`;
  if (!SavedToolName.safeParse(name).success) return `"${name}" is no name for a tool.`;
  if (taken.has(name)) return `There is a tool named "${name}" already.`;
  const { headers, query } = secretsFor(operation, givenSecrets(input), rules);
  const http = { ...operation.settings, requireApproval: input.requireApproval ?? "never" };
  const { description } = operation;
  try {
    return await draftOf({ kind: "http", name, description, http, secretHeaders: headers, secretQuery: query });
  } catch (error) {
    if (isAppError(error) && error.code === "invalid_value") return error.message;
    throw error;
  }
}

function givenSecrets(input: Input): ToolSecrets {
  return changeSecrets({ headers: {}, query: {} }, input);
}

/** @throws AppError invalid_value for a secret that none of the tools would send */
function requireAllUsed(input: Input, drafts: readonly ToolDraft[]): void {
  if (drafts.length === 0) return;
  const given = givenSecrets(input);
  for (const place of ["headers", "query"] as const) {
    const unused = Object.keys(given[place]).find((name) =>
      drafts.every(({ secrets }) => !Object.hasOwn(secrets[place], name)),
    );
    if (unused === undefined) continue;
    const message =
      `None of these tools would send "${unused}": it goes only to operations whose "security" names its scheme, at a ` +
      "server of the document's. Leave it out, and add it on the page of the tool that needs it.";
    throw new AppError("invalid_value", message, { param: place === "headers" ? "secretHeaders" : "secretQuery" });
  }
}
