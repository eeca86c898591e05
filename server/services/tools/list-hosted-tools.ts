import { z } from "zod";
import { requirePermission } from "#server/auth/permissions";
import { config } from "#server/config";
import { isAppError } from "#server/errors";
import type { ServiceContext } from "#server/services/context";
import { resolveImageModel } from "#server/services/models/resolve-image-model";
import { resolveModel } from "#server/services/models/resolve-model";
import { findSearchServer } from "#server/services/responses/team-search-engine";
import { interpreters, webSearch } from "#server/tools/registry";

export const ListHostedToolsInput = z.strictObject({
  /** The model that would be asked; without one the team's default. */
  model: z.string().min(1).max(300).nullish(),
});
export type ListHostedToolsInput = z.infer<typeof ListHostedToolsInput>;

/** Whether a hosted tool of OpenAI's could be used now, and by whom it would be run. */
export interface HostedToolState {
  type: "web_search" | "code_interpreter" | "image_generation";
  /** False: a request with it is refused. */
  available: boolean;
  /** A search engine, Python's packages, or a model that draws; where the model's own provider runs it, that connection. */
  runsOn: string | null;
  /** True: the model's provider runs it, and nothing of this server's is used. */
  byProvider: boolean;
  /** What is missing, and who can change that, in a sentence; null: nothing. */
  note: string | null;
}

export interface HostedTools {
  /** `connection/model` that this is about. */
  model: string;
  tools: HostedToolState[];
}

/**
 * The hosted tools that need more than this server: an engine, wheels, a model that draws.
 * @throws AppError model_not_found; permission_denied
 */
export async function listHostedTools({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: ListHostedToolsInput;
}): Promise<HostedTools> {
  requirePermission(ctx.principal, "playground.read");
  const asked = { model: input.model ?? null, providerHeader: null, providerApiKey: null };
  const { languageModel, provider, servedModel } = await resolveModel({ ctx, input: asked });
  if (await languageModel.runsTools?.(ctx.signal)) {
    const own = { available: true, runsOn: provider, byProvider: true, note: null };
    const types = ["web_search", "code_interpreter", "image_generation"] as const;
    return { model: servedModel, tools: types.map((type) => ({ type, ...own })) };
  }
  const tools = [await webSearchState(ctx), await codeState(), await imageState(ctx, provider)];
  return { model: servedModel, tools };
}

async function webSearchState(ctx: ServiceContext): Promise<HostedToolState> {
  const engine = (await findSearchServer(ctx))?.name ?? webSearch.engine();
  const note =
    "No search engine is configured. Name a tool of a saved MCP server for it, or let whoever operates the server set " +
    "WEB_SEARCH_BACKEND to brave, tavily, exa, searxng, google or mcp.";
  return ours("web_search", { available: engine !== null, runsOn: engine, note: engine === null ? note : null });
}

async function codeState(): Promise<HostedToolState> {
  if (config().CODE_INTERPRETER === "off") {
    const note = "Python is switched off on this server (CODE_INTERPRETER=off). Whoever operates it can change that.";
    return ours("code_interpreter", { available: false, runsOn: null, note });
  }
  const packages = await interpreters.packages();
  const lacking = ["numpy", "pandas", "matplotlib"].filter((name) => !packages.includes(name));
  const note = `${lacking.join(", ")} cannot be imported. Whoever operates the server runs "npm run install-python-packages".`;
  const runsOn = ["Python", ...packages].join(", ");
  return ours("code_interpreter", { available: true, runsOn, note: lacking.length > 0 ? note : null });
}

async function imageState(ctx: ServiceContext, provider: string): Promise<HostedToolState> {
  try {
    const { servedModel } = await resolveImageModel({ ctx, input: { name: null, provider, providerApiKey: null } });
    return ours("image_generation", { available: true, runsOn: servedModel, note: null });
  } catch (error) {
    if (!isAppError(error) || error.code !== "model_not_found") throw error;
    return ours("image_generation", { available: false, runsOn: null, note: error.message });
  }
}

function ours(
  type: HostedToolState["type"],
  state: Pick<HostedToolState, "available" | "runsOn" | "note">,
): HostedToolState {
  return { type, byProvider: false, ...state };
}
