import { vendorToolsOf } from "#server/engine/model-tools";
import { AppError } from "#server/errors";
import type { VendorToolType } from "#server/protocol/vendor-tools";
import type { LanguageModel } from "#server/providers/provider";
import type { ToolsInForce } from "#server/services/responses/additional-tools";
import { isClientRun } from "#server/tools/registry";

/**
 * Checks that the model's vendor runs the tools that only it can run: those that are not hosted here. Where it runs none,
 * MCP servers are asked here, and the client runs what is its to run.
 * @throws AppError unknown_tool_type, naming the first such tool and what can be used
 */
export async function requireVendorTools(
  { request, tools, placeOf }: Pick<ToolsInForce, "request" | "tools" | "placeOf">,
  model: LanguageModel,
  signal: AbortSignal,
): Promise<void> {
  const isElsewhere = (type: VendorToolType) => type === "mcp" || isClientRun(type);
  const tool = vendorToolsOf(request.tools, tools).find(({ type }) => !isElsewhere(type));
  if (!tool || (await model.runsTools?.(signal))) return;
  throw new AppError(
    "unknown_tool_type",
    `The tool '${tool.type}' is run by the model's provider, and this model's has none: it does not speak the ` +
      "Responses API. Tools that work with every model: 'function', 'custom', 'file_search', 'web_search', " +
      "'image_generation', 'code_interpreter', 'mcp', and those that the client runs: 'local_shell', 'shell', 'apply_patch', " +
      "'computer' and 'tool_search'.",
    { param: `${placeOf(tool)}.type`, wireCode: "unsupported_value" },
  );
}
