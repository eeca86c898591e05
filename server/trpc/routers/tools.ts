import { createTool } from "#server/services/tools/create-tool";
import { DeleteToolInput, deleteTool } from "#server/services/tools/delete-tool";
import { GetToolInput, getTool } from "#server/services/tools/get-tool";
import { GetToolUsageInput, getToolUsage } from "#server/services/tools/get-tool-usage";
import { ImportOpenApiInput, importOpenApi } from "#server/services/tools/import-open-api";
import { ListHostedToolsInput, listHostedTools } from "#server/services/tools/list-hosted-tools";
import { listPresets } from "#server/services/tools/list-presets";
import { listToolChoices } from "#server/services/tools/list-tool-choices";
import { ListToolsInput, listTools } from "#server/services/tools/list-tools";
import { OpenApiInput, previewOpenApi } from "#server/services/tools/preview-open-api";
import { TestToolInput, testTool } from "#server/services/tools/test-tool";
import { NewTool } from "#server/services/tools/tool-rules";
import { UpdateToolInput, updateTool } from "#server/services/tools/update-tool";
import { router, teamProcedure } from "#server/trpc/trpc";

export const toolsRouter = router({
  list: teamProcedure("tools.read").input(ListToolsInput).query(listTools),
  choices: teamProcedure("playground.read").query(listToolChoices),
  hosted: teamProcedure("playground.read").input(ListHostedToolsInput).query(listHostedTools),
  presets: teamProcedure("tools.read").query(listPresets),
  get: teamProcedure("tools.read").input(GetToolInput).query(getTool),
  usage: teamProcedure("tools.read").input(GetToolUsageInput).query(getToolUsage),
  create: teamProcedure("tools.manage").input(NewTool).mutation(createTool),
  update: teamProcedure("tools.manage").input(UpdateToolInput).mutation(updateTool),
  delete: teamProcedure("tools.manage").input(DeleteToolInput).mutation(deleteTool),
  test: teamProcedure("tools.manage").input(TestToolInput).mutation(testTool),
  previewOpenApi: teamProcedure("tools.manage").input(OpenApiInput).mutation(previewOpenApi),
  importOpenApi: teamProcedure("tools.manage").input(ImportOpenApiInput).mutation(importOpenApi),
});
