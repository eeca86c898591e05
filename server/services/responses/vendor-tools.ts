import { AppError } from "#server/errors";
import { isVendorTool } from "#server/protocol/vendor-tools";
import type { LanguageModel } from "#server/providers/provider";
import type { ToolsInForce } from "#server/services/responses/additional-tools";

/**
 * Checks that the model's vendor runs the tools that only it can run. MCP servers are asked here where it runs none.
 * @throws AppError unknown_tool_type, naming the first such tool and what can be used
 */
export async function requireVendorTools(
  { request: { tools }, placeOf }: Pick<ToolsInForce, "request" | "placeOf">,
  model: LanguageModel,
  signal: AbortSignal,
): Promise<void> {
  const tool = tools.find((known) => isVendorTool(known) && known.type !== "mcp");
  if (!tool || (await model.runsTools?.(signal))) return;
  throw new AppError(
    "unknown_tool_type",
    `The tool '${tool.type}' is run by the model's provider, and this model's has none: it does not speak the ` +
      "Responses API. Tools that work with every model: 'function', 'custom', 'file_search' and 'mcp'.",
    { param: `${placeOf(tool)}.type`, wireCode: "unsupported_value" },
  );
}
