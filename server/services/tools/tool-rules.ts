import { z } from "zod";
import { isUniqueViolation } from "#server/db/database-errors";
import { listSavedTools, type SavedToolRow, type SavedToolSettings } from "#server/db/saved-tools";
import { AppError } from "#server/errors";
import { checkOutboundUrl } from "#server/outbound/guard";
import {
  HttpToolSettings,
  McpServerSettings,
  OWN_LABEL,
  programOf,
  SAVED_TOOL_KINDS,
  SavedToolName,
  SecretHeaders,
  SecretQuery,
  StorableText,
} from "#server/protocol/saved-tools";
import { withoutUrlSecrets } from "#server/protocol/server-url";
import { isBuiltInToolType } from "#server/protocol/tools";
import { splitQuery } from "#server/services/tools/server-query";
import { changeSecrets, type SecretChange, type ToolSecrets } from "#server/services/tools/tool-secrets";
import { httpTools, mcpTools } from "#server/tools/registry";

const description = StorableText.max(4096).nullable();

/** A tool as it is made. `mcp` or `http` is given, by its kind; what is left out of it has a default. */
export const NewTool = z.object({
  kind: z.enum(SAVED_TOOL_KINDS),
  name: SavedToolName,
  description: description.optional(),
  enabled: z.boolean().optional(),
  mcp: McpServerSettings.partial().required({ url: true }).optional(),
  http: HttpToolSettings.partial().required({ method: true, url: true }).optional(),
  secretHeaders: SecretHeaders.optional(),
  secretQuery: SecretQuery.optional(),
});
export type NewTool = z.infer<typeof NewTool>;

/** What is changed of a tool; of secrets, null takes one away. */
export const ToolChange = z.object({
  name: SavedToolName.optional(),
  description: description.optional(),
  enabled: z.boolean().optional(),
  mcp: McpServerSettings.partial().optional(),
  http: HttpToolSettings.partial().optional(),
  secretHeaders: z.record(z.string(), z.string().nullable()).optional(),
  secretQuery: z.record(z.string(), z.string().nullable()).optional(),
});
export type ToolChange = z.infer<typeof ToolChange>;

/** What of a tool is settled before it is stored or tried. */
export type ToolDraft = SavedToolSettings & Pick<SavedToolRow, "name" | "description"> & { secrets: ToolSecrets };

const MCP_DEFAULTS = { headers: {}, allowedTools: null, requireApproval: "always" } as const;
const HTTP_DEFAULTS = {
  parameters: { type: "object", properties: {} },
  headers: {},
  query: {},
  body: null,
  result: null,
  timeoutSeconds: null,
  requireApproval: "never",
} as const;

/**
 * A new tool with its defaults, checked as far as that is possible without asking anybody.
 * @throws AppError invalid_value, missing_required_parameter, outbound_not_allowed
 */
export async function draftOf(input: NewTool): Promise<ToolDraft> {
  const about = { name: input.name, description: input.description || null };
  const { settings, secrets } = withSealedQuery(settingsOf(input), input);
  return await checked({ ...settings, ...about, secrets: changeSecrets({ headers: {}, query: {} }, secrets) }, input);
}

/** An MCP server's settings without its address's query, whose values are secrets like those that are named so. */
function withSealedQuery(
  tool: SavedToolSettings,
  { secretHeaders, secretQuery }: SecretChange,
): { settings: SavedToolSettings; secrets: SecretChange } {
  if (tool.kind !== "mcp") return { settings: tool, secrets: { secretHeaders, secretQuery } };
  const { url, query } = splitQuery(tool.settings.url);
  const settings = { kind: tool.kind, settings: { ...tool.settings, url } };
  return { settings, secrets: { secretHeaders, secretQuery: { ...query, ...secretQuery } } };
}

function settingsOf({ kind, mcp, http }: NewTool): SavedToolSettings {
  if (kind === "mcp" && mcp) return { kind, settings: { ...MCP_DEFAULTS, ...mcp } };
  if (kind === "http" && http) return { kind, settings: { ...HTTP_DEFAULTS, ...http } };
  throw new AppError("missing_required_parameter", `A tool of the kind "${kind}" needs the settings "${kind}".`, {
    param: kind,
  });
}

/**
 * A stored tool with a change. Secrets do not follow it to another server: whoever moves it has to know them.
 * @throws AppError invalid_value, missing_required_parameter, outbound_not_allowed
 */
export async function changedDraft(row: SavedToolRow, stored: ToolSecrets, change: ToolChange): Promise<ToolDraft> {
  const changed: SavedToolSettings =
    row.kind === "mcp"
      ? { kind: "mcp", settings: { ...row.settings, ...change.mcp, ...sameUrl(row.settings, change.mcp) } }
      : { kind: "http", settings: { ...row.settings, ...change.http } };
  const { settings, secrets } = withSealedQuery(changed, change);
  requireSecretsForMove(row, { url: settings.settings.url, stored, change: secrets });
  const about = {
    name: change.name ?? row.name,
    description: (change.description === undefined ? row.description : change.description) || null,
  };
  return await checked({ ...settings, ...about, secrets: changeSecrets(stored, secrets) }, change);
}

/** The stored address where the change gives it as it is shown. */
function sameUrl({ url }: McpServerSettings, change: Partial<McpServerSettings> | undefined): { url?: string } {
  return change?.url === withoutUrlSecrets(url) ? { url } : {};
}

interface Move {
  url: string;
  stored: ToolSecrets;
  change: SecretChange;
}

function requireSecretsForMove(row: SavedToolRow, { url, stored, change }: Move): void {
  if (httpTools.originOf(row.settings.url) === httpTools.originOf(url)) return;
  const given = changeSecrets({ headers: {}, query: {} }, change);
  const named = new Set(Object.keys(change.secretHeaders ?? {}).map((name) => name.toLowerCase()));
  const kept = [
    ...Object.keys(stored.headers).filter((name) => given.headers[name] === undefined && !named.has(name)),
    ...Object.keys(stored.query).filter((name) => !Object.hasOwn(change.secretQuery ?? {}, name)),
  ];
  if (kept.length === 0) return;
  throw new AppError(
    "missing_required_parameter",
    `Secrets are bound to the address. Enter them again for the new one: ${kept.join(", ")}.`,
    { param: "secretHeaders" },
  );
}

async function checked(draft: ToolDraft, given: { http?: unknown; mcp?: unknown } & SecretChange): Promise<ToolDraft> {
  requireFreeName(draft.name);
  const other = draft.kind === "mcp" ? "http" : "mcp";
  if (given[other] !== undefined) throw invalid(other, `A tool of the kind "${draft.kind}" has no "${other}".`);
  if (draft.kind === "mcp") {
    const program = programOf(draft.settings.url);
    if (program !== null) return checkedProgram(draft, program);
    const { href } = await checkOutboundUrl(draft.settings.url, { allowLoopback: false });
    return { ...draft, settings: { ...draft.settings, url: href } };
  }
  const fault = httpTools.faultOf(draft.settings);
  if (fault) throw invalid(`http.${fault.field}`, fault.message);
  const { result, url } = draft.settings;
  const mappingFault = result === null ? null : httpTools.mappingFault(result);
  if (mappingFault) throw invalid("http.result", `This is no JMESPath expression. ${mappingFault}`);
  await checkOutboundUrl(httpTools.originOf(url) ?? url, { allowLoopback: false });
  return draft;
}

/** @throws AppError invalid_value for a program that the operator does not allow, or is given what it cannot take */
function checkedProgram(draft: Extract<ToolDraft, { kind: "mcp" }>, program: string): ToolDraft {
  const { headers, oauth } = draft.settings;
  if (!mcpTools.programs().has(program)) {
    throw invalid("mcp.url", `The operator of this server allows no program "${program}" (MCP_STDIO_SERVERS).`);
  }
  if (oauth) throw invalid("mcp.oauth", "A program is not used with an account.");
  if (Object.keys({ ...headers, ...draft.secrets.headers, ...draft.secrets.query }).length === 0) return draft;
  throw invalid(
    "mcp.headers",
    "A program is given no headers and no query: what it needs to know, its operator writes.",
  );
}

function invalid(param: string, message: string): AppError {
  return new AppError("invalid_value", message, { param });
}

/** @throws AppError invalid_value for a name that means something else already */
function requireFreeName(name: string): void {
  if (name !== OWN_LABEL && !isBuiltInToolType(name)) return;
  throw invalid("name", `"${name}" is the name of a built-in tool.`);
}

/**
 * Refuses a second search engine of a team's. `id`: of the tool itself, null for a new one.
 * @throws AppError invalid_value, naming the one that there is
 */
export async function requireOnlyEngine(draft: ToolDraft, { teamId, id }: { teamId: string; id: string | null }) {
  if (draft.kind !== "mcp" || !draft.settings.webSearch) return;
  const other = (await listSavedTools(teamId)).find(
    (row) => row.kind === "mcp" && row.settings.webSearch && row.id !== id,
  );
  if (!other) return;
  throw invalid("mcp.webSearch", `The team searches the web by "${other.name}" already. Take that away there first.`);
}

/** An address as it is noted where it stays: keys are put in queries too. */
export function withoutQuery(url: string): string {
  return url.split("?", 1)[0] ?? "";
}

/** @throws AppError not_found for a tool that is absent or another team's */
export function requireTool(row: SavedToolRow | null): SavedToolRow {
  if (row) return row;
  throw new AppError("not_found", "No such tool.");
}

/** The error of a write, with a taken name told as such. */
export function toNameError(error: unknown, name: string): unknown {
  if (!isUniqueViolation(error)) return error;
  return invalid("name", `There is a tool named "${name}" already.`);
}
