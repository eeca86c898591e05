import type { Inputs, Outputs } from "#components/trpc/client";
import { programOf } from "#server/protocol/saved-tools";

export type SavedTool = Outputs["tools"]["list"][number];
export type NewTool = Inputs["tools"]["create"];
export type HttpSettings = NonNullable<SavedTool["http"]>;
export type McpSettings = NonNullable<SavedTool["mcp"]>;
export type ToolTest = Outputs["tools"]["test"];

/** What a kind of tool is called. */
export const kindNames: Record<SavedTool["kind"], string> = { mcp: "MCP server", http: "HTTP request" };

/** Whether an address is that of a program on the server's own machine, which takes no headers and no account. */
export function isProgram(url: string): boolean {
  return programOf(url.trim()) !== null;
}
