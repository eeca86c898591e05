import { z } from "zod";
import { OWN_LABEL } from "#server/protocol/saved-tools";
import { callHttpFunction } from "#server/tools/http/http-call";
import type { HttpFunction } from "#server/tools/http/http-request";
import { executionError } from "#server/tools/mcp/call-tool";
import { ownCall } from "#server/tools/mcp/mcp-tool";
import type { Tool, ToolResult } from "#server/tools/tool";

const Arguments = z.record(z.string(), z.unknown());

export interface HttpToolOptions {
  called: HttpFunction;
  savedToolId: string;
  /** The name under which the model knows it. */
  modelName: string;
  needsApproval: boolean;
}

/** A team's own function, which is one HTTP request, as a tool that this server runs. */
export function createHttpTool({
  called,
  savedToolId,
  modelName,
  needsApproval,
}: HttpToolOptions): Tool<Record<string, unknown>> {
  return {
    name: modelName,
    description: called.description ?? `${called.settings.method} ${called.settings.url}`,
    inputSchema: Arguments,
    parameters: called.settings.parameters,
    remote: { serverLabel: OWN_LABEL, name: called.name, needsApproval },
    savedToolId,
    cites: false,
    call: ownCall(called.name),
    failure: (message) => ({ error: executionError(message) }),
    async run(input, context): Promise<ToolResult> {
      const { text, whole, error, answer } = await callHttpFunction(called, input, context.signal);
      if (whole !== null) context.record({ wholeOutput: whole });
      if (answer !== null) context.record({ httpStatus: answer.status });
      return {
        output: text,
        item: { output: error === null ? text : null, error },
        sources: [],
        failed: error !== null,
      };
    },
  };
}
