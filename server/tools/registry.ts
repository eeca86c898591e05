import { type AgenticSearchOptions, createAgenticSearchTool } from "#server/tools/agentic-search/agentic-search";
import { createFileSearchTool, type FileSearchOptions } from "#server/tools/file-search/file-search";
import type { Tool } from "#server/tools/tool";

/** Request tool types that this server runs itself, each with how its tool is made of what reaches storage and models. */
export const hostedTools = {
  file_search: (options: FileSearchOptions): Tool => createFileSearchTool(options) as Tool,
  agentic_search: (options: AgenticSearchOptions): Tool => createAgenticSearchTool(options) as Tool,
};
