import { AppError } from "#server/errors";
import { isOwnTool, type OwnTool } from "#server/protocol/own-tools";
import { modelNameOf, type RequestTool } from "#server/protocol/tools";
import type { ServiceContext } from "#server/services/context";
import { findNamedTools, requireUsable } from "#server/services/responses/saved-tools";
import { openSecrets } from "#server/services/tools/tool-secrets";
import { toHttpFunction } from "#server/services/tools/tool-target";
import { httpTools, think } from "#server/tools/registry";
import type { Tool } from "#server/tools/tool";

/**
 * Makes the functions that the team has saved, and the place for thoughts, by the names under which the model knows them.
 * @throws AppError not_found for what is not saved, or by another team; invalid_value for what is switched off;
 *   permission_denied for what the key may not use; database_unavailable
 */
export async function openOwnTools({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { tools: readonly RequestTool[] };
}): Promise<Map<string, Tool>> {
  const own = input.tools.filter(isOwnTool);
  const names = own.flatMap((tool) => (tool.type === "rejoinder:tool" ? [tool.name] : []));
  const rows = await findNamedTools(ctx, names);
  return new Map(own.map((tool) => [modelNameOf(tool), aliased(tool, made(tool))]));

  function made(tool: OwnTool): Tool {
    if (tool.type === "think") return think.create();
    const row = rows.get(tool.name);
    if (row?.kind !== "http") {
      throw new AppError("not_found", `There is no saved tool named '${tool.name}'.`, { param: "tools" });
    }
    requireUsable(ctx, row, "tools");
    return httpTools.create({
      called: toHttpFunction({ ...row, secrets: openSecrets(row) }),
      savedToolId: row.id,
      modelName: modelNameOf(tool),
      needsApproval: row.settings.requireApproval === "always",
    });
  }
}

function aliased({ alias, alias_description: description }: OwnTool, tool: Tool): Tool {
  return { ...tool, ...(alias && { name: alias }), ...(description && { description }) };
}
