import { createHash } from "node:crypto";
import type { ApprovedCall } from "#server/engine/engine-request";
import { AppError, isAppError } from "#server/errors";
import { newId } from "#server/ids";
import type { Item, OutputItem } from "#server/protocol/items";
import { type McpTool, McpToolsListed, requireWholeUrl, shownMcpTool } from "#server/protocol/mcp-tools";
import type { CreateResponseRequest } from "#server/protocol/request";
import { OWN_LABEL } from "#server/protocol/saved-tools";
import { modelNameOf, type RequestTool, type ToolRef } from "#server/protocol/tools";
import { isVendorTool, type VendorTool } from "#server/protocol/vendor-tools";
import type { LanguageModel } from "#server/providers/provider";
import type { ServiceContext } from "#server/services/context";
import type { ToolsInForce } from "#server/services/responses/additional-tools";
import type { ResponseContext } from "#server/services/responses/load-context";
import { approvedCalls, withWaitingAnswers } from "#server/services/responses/mcp-approvals";
import { isMcpItem, itemsOfServers, mcpAsCalls } from "#server/services/responses/mcp-as-calls";
import {
  namesSavedServer,
  openSavedServers,
  rulesFor,
  type ServerRules,
  shownSaved,
} from "#server/services/responses/saved-servers";
import { type McpToolInfo, mcpTools } from "#server/tools/registry";
import { type Tool, toolsOfServer } from "#server/tools/tool";

/** A request whose MCP servers are asked here, as far as that is the case. */
export interface OpenedMcp {
  /** The request as its response shows it: the defaults of its MCP servers are filled in. */
  request: CreateResponseRequest;
  /** Its tools without those servers. */
  otherTools: RequestTool[];
  /** All hosted tools, the servers' too. */
  tools: ReadonlyMap<string, Tool>;
  /** The context as the model can be shown it. */
  context: ResponseContext;
  /** Items of the servers whose tools the context does not hold. */
  lists: OutputItem[];
  approved: ApprovedCall[];
}

/** The tools in force: the hosted ones without those of the servers. */
export interface McpInput extends Omit<ToolsInForce, "inInput"> {
  model: LanguageModel;
}

/**
 * Makes the tools of a request's MCP servers: their lists are taken from the context, or fetched. Those that the team
 * has saved are asked here in any case, others unless the model's provider asks them itself. Everything that can be
 * wrong with them, and with approvals in the input, is refused here.
 * @throws AppError tool_server_error (424) for a server that gives no list; outbound_not_allowed; invalid_request and
 *   the other codes of refused requests
 */
export async function openMcp({ ctx, input }: { ctx: ServiceContext; input: McpInput }): Promise<OpenedMcp> {
  const { request, context, tools, model, placeOf } = input;
  const untouched = { request, otherTools: request.tools, tools, context, lists: [], approved: [] };
  const isConcerned = request.tools.some(({ type }) => type === "mcp") || context.items.some(isMcpItem);
  if (!isConcerned) return untouched;
  for (const tool of request.tools) if (tool.type === "mcp") requireWholeUrl(tool, placeOf(tool));
  const vendorAsks = (await model.runsTools?.(ctx.signal)) ?? false;
  const saved = await openSavedServers(ctx, request.tools, placeOf);
  const isOurs = vendorAsks ? itemsOfServers(context.items, new Set([...saved.keys(), OWN_LABEL])) : isMcpItem;
  if (vendorAsks && saved.size === 0 && !context.items.some(isOurs)) return untouched;
  const opened = await Promise.all(
    request.tools.flatMap((raw) => {
      if (!isVendorTool(raw) || raw.type !== "mcp") return [];
      const ofTeam = namesSavedServer(raw) ? saved.get(raw.server_label) : undefined;
      if (vendorAsks && !ofTeam) return [];
      const place = placeOf(raw);
      const rules = rulesFor({ tool: raw, place, teamId: ctx.principal.teamId }, ofTeam ?? null);
      return openServer(ctx, { raw, rules, place }, context);
    }),
  );
  const all = withToolsOf(opened, { request, tools });
  checkChoice(request, all, vendorAsks ? new Set(saved.keys()) : null);
  const answered = request.conversation === null ? context : await withWaitingAnswers(ctx, context);
  const ofUs = { ...answered, inputItems: answered.inputItems.filter((item) => !isMcpItem(item) || isOurs(item)) };
  const approved = approvedCalls(ofUs, all);
  checkCount(request, approved);
  const shownAs = new Map(opened.map(({ raw, shown }) => [raw, shown]));
  return {
    request: { ...request, tools: request.tools.map((tool) => shownAs.get(tool) ?? tool) },
    otherTools: request.tools.filter((tool) => !shownAs.has(tool)),
    tools: all,
    context: { ...context, items: mcpAsCalls(context.items, all, isOurs) },
    lists: opened.flatMap(({ list }) => list ?? []),
    approved,
  };
}

interface OpenedServer {
  raw: RequestTool;
  rules: ServerRules;
  infos: McpToolInfo[];
  /** The tool as the response shows it. */
  shown: RequestTool;
  /** The item that shows the tools; null when the context holds one. */
  list: OutputItem | null;
}

/** The hosted tools with those of the servers, each under a name of its own. */
function withToolsOf(
  opened: readonly OpenedServer[],
  { request, tools }: Pick<McpInput, "request" | "tools">,
): Map<string, Tool> {
  const all = new Map(tools);
  const taken = new Set([...request.tools.map(modelNameOf), ...tools.keys()]);
  for (const { rules, infos } of opened) {
    const { server, saved } = rules;
    for (const info of infos) {
      const plain = mcpTools.nameOf(server.label, info.name);
      const modelName = taken.has(plain) ? mcpTools.otherNameOf(server.label, info.name) : plain;
      taken.add(modelName);
      const ofTeam = saved ? { savedToolId: saved.savedToolId } : {};
      const needsApproval = rules.asksBefore(info);
      all.set(modelName, mcpTools.create({ server, info, modelName, needsApproval, ...ofTeam }));
    }
  }
  return all;
}

async function openServer(
  ctx: ServiceContext,
  { raw, rules, place }: { raw: VendorTool; rules: ServerRules; place: string },
  context: ResponseContext,
): Promise<OpenedServer> {
  const { tool, server } = rules;
  const opened = (listed: McpToolInfo[], isNew: boolean): OpenedServer => {
    const infos = listed.filter(rules.allows);
    const shown = rules.saved ? shownSaved(raw, rules, infos) : { ...raw, ...shownMcpTool(raw) };
    return { raw, rules, infos, shown, list: isNew ? listItem(tool, infos) : null };
  };
  const known = knownTools(context.items, rules);
  if (known) return opened(known, false);
  const { label } = server;
  const span = ctx.trace.startSpan({ name: `list tools ${label}`, kind: "tool", attributes: { tool: label } });
  try {
    const listed = await mcpTools.list(server, ctx.signal);
    span.end();
    return opened(listed, true);
  } catch (error) {
    const failure = placed(error, rules.saved ? `${place}.server_label` : `${place}.server_url`);
    span.end(
      isAppError(failure)
        ? { status: "error", error: { code: failure.code, message: failure.message } }
        : { status: "error" },
    );
    throw failure;
  }
}

/** A refused address names the field that holds it. */
function placed(error: unknown, param: string): unknown {
  if (!isAppError(error) || error.code !== "outbound_not_allowed") return error;
  return new AppError("outbound_not_allowed", error.message, { param });
}

/** The server's tools as the context holds them; null when it does not, or lacks one that the request asks for. */
function knownTools(items: readonly Item[], { tool, wanted }: ServerRules): McpToolInfo[] | null {
  const listed = items
    .filter((item) => item.type === "mcp_list_tools")
    .flatMap((item) => McpToolsListed.safeParse(item).data ?? [])
    .findLast(({ server_label: label, listed_from: from }) => {
      return label === tool.server_label && (from === undefined || from === addressHash(tool));
    });
  if (!listed) return null;
  const infos = new Map(
    listed.tools.map(({ name, description, input_schema, annotations }) => {
      const readOnly = annotations?.read_only ?? false;
      return [name, { name, description: description ?? null, inputSchema: input_schema, readOnly }];
    }),
  );
  return wanted.every((name) => infos.has(name)) ? [...infos.values()] : null;
}

/** Tells servers apart that come under one label; an address may hold a secret. */
function addressHash({ server_url: url }: McpTool): string {
  return createHash("sha256").update(url).digest("hex").slice(0, 16);
}

function listItem(tool: McpTool, infos: readonly McpToolInfo[]): OutputItem {
  const tools = infos.map(({ name, description, inputSchema, readOnly }) => ({
    annotations: { read_only: readOnly },
    ...(description === null ? {} : { description }),
    input_schema: inputSchema,
    name,
  }));
  const fields = { server_label: tool.server_label, tools, listed_from: addressHash(tool) };
  return { type: "mcp_list_tools", id: newId("mcp_list_tools"), ...fields };
}

/** A choice must be of tools that the server has, and the request allows. `labels`: of the servers that are asked here. */
function checkChoice(
  { toolChoice }: CreateResponseRequest,
  tools: ReadonlyMap<string, Tool>,
  labels: ReadonlySet<string> | null,
): void {
  if (typeof toolChoice === "string") return;
  const refs: ToolRef[] = toolChoice.type === "allowed_tools" ? toolChoice.tools : [toolChoice];
  for (const ref of refs) {
    if (ref.type !== "mcp") continue;
    const { server_label: label, name } = ref;
    if (labels && !labels.has(label ?? "")) continue;
    if (toolsOfServer(tools, label, name).length > 0) continue;
    const what = name === undefined ? "has no tools" : `has no tool '${name}'`;
    const message = `Tool choice 'mcp' names the server '${label}', which ${what} that this request allows.`;
    throw new AppError("invalid_request", message, { param: "tool_choice", wireCode: null });
  }
}

function checkCount({ maxToolCalls }: CreateResponseRequest, approved: readonly ApprovedCall[]): void {
  if (maxToolCalls === null || approved.length <= maxToolCalls) return;
  const message = `The input approves ${approved.length} calls, but 'max_tool_calls' is ${maxToolCalls}.`;
  throw new AppError("invalid_value", message, { param: "max_tool_calls" });
}
