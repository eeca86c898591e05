import { type AgenticSearchOptions, createAgenticSearchTool } from "#server/tools/agentic-search/agentic-search";
import { createFileSearchTool, type FileSearchOptions } from "#server/tools/file-search/file-search";
import { createMcpTool, type McpToolOptions } from "#server/tools/mcp/mcp-tool";
import { hashedName, mcpModelName } from "#server/tools/mcp/model-name";
import { closeMcpSessions } from "#server/tools/mcp/session-pool";
import { listMcpTools } from "#server/tools/mcp/tool-list";
import type { Tool } from "#server/tools/tool";

/** An MCP server as one request reaches it, and a tool as it describes it. */
export type McpServer = McpToolOptions["server"];
export type McpToolInfo = McpToolOptions["info"];

/** Request tool types that this server runs itself, each with how its tool is made of what reaches storage and models. */
export const hostedTools = {
  file_search: (options: FileSearchOptions): Tool => createFileSearchTool(options) as Tool,
  agentic_search: (options: AgenticSearchOptions): Tool => createAgenticSearchTool(options) as Tool,
};

/** Tools of MCP servers: how they are listed, made and named. */
export const mcpTools = {
  list: listMcpTools,
  create: (options: McpToolOptions): Tool => createMcpTool(options) as Tool,
  nameOf: mcpModelName,
  /** For a name that another tool of the request has. */
  otherNameOf: hashedName,
  closeSessions: closeMcpSessions,
};
