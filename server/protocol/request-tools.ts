import { isOwnTool, ownToolName } from "#server/protocol/own-tools";
import { RequestProblem } from "#server/protocol/problem";
import {
  isBuiltInToolType,
  modelNameOf,
  type RequestTool,
  type ToolChoice,
  type ToolRef,
} from "#server/protocol/tools";

/** Two tools that the model could not tell apart are refused: throws RequestProblem. `place`: where the tools stand. */
export function checkTools(tools: readonly RequestTool[], place: string): void {
  const seen = new Set<string>();
  tools.forEach((tool, index) => {
    const name = modelNameOf(tool);
    if (seen.has(name)) {
      const param = "name" in tool ? `${place}[${index}].name` : `${place}[${index}]`;
      throw new RequestProblem("invalid_value", `Duplicate tool '${name}'. Tool names must be unique.`, { param });
    }
    if (isOwnTool(tool) && tool.alias !== undefined && isBuiltInToolType(tool.alias)) {
      const message = `Invalid '${place}[${index}].alias': '${tool.alias}' is the name of a built-in tool.`;
      throw new RequestProblem("invalid_value", message, { param: `${place}[${index}].alias` });
    }
    seen.add(name);
  });
}

/** A choice must be of tools that are there. Throws RequestProblem. */
export function checkToolChoice(choice: ToolChoice, tools: readonly RequestTool[]): void {
  if (choice === "auto" || choice === "none") return;
  const fail = (message: string) =>
    new RequestProblem("invalid_request", message, { param: "tool_choice", wireCode: null });
  if (choice === "required") {
    if (tools.length === 0) throw fail("Tool choice 'required' must be specified with 'tools' parameter.");
    return;
  }
  const refs: ToolRef[] = choice.type === "allowed_tools" ? choice.tools : [choice];
  for (const ref of refs) {
    const known = tools.some((tool) => tool.type === ref.type && chosenName(tool) === chosenName(ref));
    if (!known) throw fail(`Tool choice '${ref.type}' not found in 'tools' parameter.`);
  }
}

/** What a choice names a tool by: not by its alias. */
function chosenName(tool: RequestTool | ToolRef): string {
  return isOwnTool(tool) ? ownToolName(tool) : modelNameOf(tool);
}
