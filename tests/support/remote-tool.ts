import { z } from "zod";
import { mcpCall } from "#server/tools/mcp/mcp-tool";
import type { Tool } from "#server/tools/tool";

export interface RemoteToolOptions {
  needsApproval?: boolean;
  /** Id of the call that fails. */
  failing?: string;
}

/** A tool of an MCP server without the server: it answers "done". */
export function remoteTool(serverLabel: string, name: string, options: RemoteToolOptions = {}): Tool {
  return {
    name: `${serverLabel}__${name}`,
    description: "A tool of a server",
    inputSchema: z.record(z.string(), z.unknown()),
    parameters: { type: "object" },
    remote: { serverLabel, name, needsApproval: options.needsApproval ?? false },
    cites: false,
    call: mcpCall(serverLabel, name),
    run(_, { callId }) {
      const error = { type: "mcp_tool_execution_error", content: [{ type: "text", text: "sold out" }] };
      const failed = callId === options.failing;
      const item = failed ? { output: null, error } : { output: "done", error: null };
      return Promise.resolve({ output: failed ? "sold out" : "done", item, sources: [], failed });
    },
  };
}
