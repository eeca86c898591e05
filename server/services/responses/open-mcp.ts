import { createHash } from "node:crypto";
import type { ApprovedCall } from "#server/engine/engine-request";
import { AppError, isAppError } from "#server/errors";
import { newId } from "#server/ids";
import type { Item, OutputItem } from "#server/protocol/items";
import {
  isAllowed,
  type McpTool,
  McpToolsListed,
  needsApproval,
  readMcpTool,
  shownMcpTool,
} from "#server/protocol/mcp-tools";
import type { CreateResponseRequest } from "#server/protocol/request";
import { modelNameOf, type RequestTool, type ToolRef } from "#server/protocol/tools";
import type { LanguageModel } from "#server/providers/provider";
import type { ServiceContext } from "#server/services/context";
import type { ToolsInForce } from "#server/services/responses/additional-tools";
import type { ResponseContext } from "#server/services/responses/load-context";
import { approvedCalls } from "#server/services/responses/mcp-approvals";
import { isMcpItem, mcpAsCalls } from "#server/services/responses/mcp-as-calls";
import { type McpServer, type McpToolInfo, mcpTools } from "#server/tools/registry";
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
 * Makes the tools of a request's MCP servers, unless the model's provider asks them itself: their lists are taken from
 * the context, or fetched. Everything that can be wrong with them, and with approvals in the input, is refused here.
 * @throws AppError tool_server_error (424) for a server that gives no list; outbound_not_allowed; invalid_request and
 *   the other codes of refused requests
 */
export async function openMcp({ ctx, input }: { ctx: ServiceContext; input: McpInput }): Promise<OpenedMcp> {
  const { request, context, tools, model, placeOf } = input;
  const untouched = { request, otherTools: request.tools, tools, context, lists: [], approved: [] };
  const isConcerned = request.tools.some(({ type }) => type === "mcp") || context.items.some(isMcpItem);
  if (!isConcerned || (await model.runsTools?.(ctx.signal))) return untouched;
  const servers = request.tools.flatMap((tool) => {
    const place = placeOf(tool);
    return tool.type === "mcp" ? [{ tool: readMcpTool(tool, place), place }] : [];
  });
  const opened = await Promise.all(servers.map((server) => openServer(ctx, server, context)));
  const all = new Map(tools);
  const taken = new Set([...request.tools.map(modelNameOf), ...tools.keys()]);
  for (const { server, tool, infos } of opened) {
    for (const info of infos) {
      const plain = mcpTools.nameOf(server.label, info.name);
      const modelName = taken.has(plain) ? mcpTools.otherNameOf(server.label, info.name) : plain;
      taken.add(modelName);
      all.set(modelName, mcpTools.create({ server, info, modelName, needsApproval: needsApproval(tool, info) }));
    }
  }
  checkChoice(request, all);
  const approved = approvedCalls(context, all);
  checkCount(request, approved);
  return {
    request: { ...request, tools: request.tools.map(shown) },
    otherTools: request.tools.filter(({ type }) => type !== "mcp"),
    tools: all,
    context: { ...context, items: mcpAsCalls(context.items, all) },
    lists: opened.flatMap(({ list }) => list ?? []),
    approved,
  };
}

interface OpenedServer {
  server: McpServer;
  tool: McpTool;
  infos: McpToolInfo[];
  /** The item that shows the tools; null when the context holds one. */
  list: OutputItem | null;
}

async function openServer(
  ctx: ServiceContext,
  { tool, place }: { tool: McpTool; place: string },
  context: ResponseContext,
): Promise<OpenedServer> {
  const { server_label: label, server_url: url, headers } = tool;
  const server = { teamId: ctx.principal.teamId, label, url, headers };
  const known = knownTools(context.items, tool);
  if (known) return { server, tool, infos: known.filter((info) => isAllowed(tool, info)), list: null };
  const span = ctx.trace.startSpan({ name: `list tools ${label}`, kind: "tool", attributes: { tool: label } });
  try {
    const listed = await mcpTools.list(server, ctx.signal);
    span.end();
    const infos = listed.filter((info) => isAllowed(tool, info));
    return { server, tool, infos, list: listItem(tool, infos) };
  } catch (error) {
    const failure = placed(error, place);
    span.end(
      isAppError(failure)
        ? { status: "error", error: { code: failure.code, message: failure.message } }
        : { status: "error" },
    );
    throw failure;
  }
}

/** A refused address names the field that holds it. */
function placed(error: unknown, place: string): unknown {
  if (!isAppError(error) || error.code !== "outbound_not_allowed") return error;
  return new AppError("outbound_not_allowed", error.message, { param: `${place}.server_url` });
}

/** The server's tools as the context holds them; null when it does not, or lacks one that the request asks for. */
function knownTools(items: readonly Item[], tool: McpTool): McpToolInfo[] | null {
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
  const wanted = Array.isArray(tool.allowed_tools) ? tool.allowed_tools : (tool.allowed_tools?.tool_names ?? []);
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

function shown(tool: RequestTool): RequestTool {
  return tool.type === "mcp" ? { ...tool, ...shownMcpTool(tool) } : tool;
}

/** A choice must be of tools that the server has, and the request allows. */
function checkChoice({ toolChoice }: CreateResponseRequest, tools: ReadonlyMap<string, Tool>): void {
  if (typeof toolChoice === "string") return;
  const refs: ToolRef[] = toolChoice.type === "allowed_tools" ? toolChoice.tools : [toolChoice];
  for (const ref of refs) {
    if (ref.type !== "mcp") continue;
    const { server_label: label, name } = ref;
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
