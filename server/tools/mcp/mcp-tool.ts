import { z } from "zod";
import { OWN_LABEL } from "#server/protocol/saved-tools";
import { callMcpTool, executionError } from "#server/tools/mcp/call-tool";
import type { McpServer } from "#server/tools/mcp/mcp-server";
import type { McpToolInfo } from "#server/tools/mcp/tool-list";
import type { HostedCall, Tool, ToolResult } from "#server/tools/tool";

const Arguments = z.record(z.string(), z.unknown());

export interface McpToolOptions {
  server: McpServer;
  info: McpToolInfo;
  /** The name under which the model knows it. */
  modelName: string;
  /** True: the client is asked before it runs. */
  needsApproval: boolean;
  /** Of a server that a team has saved. */
  savedToolId?: string;
}

/** A tool of an MCP server, as one that this server runs. Its arguments are the server's to check. */
export function createMcpTool({
  server,
  info,
  modelName,
  needsApproval,
  savedToolId,
}: McpToolOptions): Tool<Record<string, unknown>> {
  return {
    name: modelName,
    description: info.description ?? `The tool ${info.name} of the server ${server.label}.`,
    inputSchema: Arguments,
    parameters: info.inputSchema,
    remote: { serverLabel: server.label, name: info.name, needsApproval },
    ...(savedToolId === undefined ? {} : { savedToolId }),
    cites: false,
    call: mcpCall(server.label, info.name),
    failure: (message) => ({ error: executionError(message) }),
    async run(input, context): Promise<ToolResult> {
      const { text, whole, error } = await callMcpTool(server, { name: info.name, arguments: input }, context.signal);
      if (whole !== null) context.record({ wholeOutput: whole });
      const item = { output: error === null ? text : null, error };
      return { output: text, item, sources: [], failed: error !== null };
    },
  };
}

/** How calls of a tool of this server's own look. */
export function ownCall(name: string): HostedCall {
  return { ...mcpCall(OWN_LABEL, name), idKind: "tool_call" };
}

/** How calls of a tool look. */
export function mcpCall(serverLabel: string, name: string): HostedCall {
  return {
    itemType: "mcp_call",
    idKind: "mcp_call",
    phases: ["in_progress"],
    tellsFailure: true,
    told: { event: "mcp_call_arguments", field: "arguments", textOf: (text) => text },
    initial: {
      approval_request_id: null,
      arguments: "",
      error: null,
      name,
      output: null,
      server_label: serverLabel,
    },
  };
}
