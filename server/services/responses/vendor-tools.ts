import { AppError } from "#server/errors";
import type { RequestTool } from "#server/protocol/tools";
import { isVendorTool } from "#server/protocol/vendor-tools";
import type { LanguageModel } from "#server/providers/provider";

/**
 * Checks that the model's vendor runs the tools that only it can run. MCP servers are asked here where it runs none.
 * @throws AppError unknown_tool_type, naming the first such tool and what can be used
 */
export async function requireVendorTools(
  tools: readonly RequestTool[],
  model: LanguageModel,
  signal: AbortSignal,
): Promise<void> {
  const index = tools.findIndex((tool) => isVendorTool(tool) && tool.type !== "mcp");
  const tool = tools[index];
  if (!tool || (await model.runsTools?.(signal))) return;
  throw new AppError(
    "unknown_tool_type",
    `The tool '${tool.type}' is run by the model's provider, and this model's has none: it does not speak the ` +
      "Responses API. Tools that work with every model: 'function', 'custom', 'file_search' and 'mcp'.",
    { param: `tools[${index}].type`, wireCode: "unsupported_value" },
  );
}
