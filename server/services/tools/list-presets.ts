import { requirePermission } from "#server/auth/permissions";
import { MCP_PRESETS, type McpPreset } from "#server/protocol/mcp-presets";
import type { ServiceContext } from "#server/services/context";
import { mcpTools } from "#server/tools/registry";

/** Servers that are easily saved: well-known ones, and the programs that the operator of this server allows. */
export async function listPresets({ ctx }: { ctx: ServiceContext }): Promise<McpPreset[]> {
  requirePermission(ctx.principal, "tools.read");
  const programs = [...mcpTools.programs().keys()].map((program): McpPreset => {
    const name = program.replace(/[^A-Za-z0-9_-]/g, "_").replace(/^(?![A-Za-z])/, "mcp_");
    const about = "A program that the operator of this server allows. It runs on this server's machine.";
    return { name, title: program, description: about, url: `stdio:${program}`, credentials: [] };
  });
  return [...MCP_PRESETS, ...programs];
}
