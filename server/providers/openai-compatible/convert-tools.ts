import type { ModelRequest, ModelTool, ModelToolChoice } from "#server/providers/provider";

interface ChatTool {
  type: "function";
  function: { name: string; description?: string; parameters: Record<string, unknown>; strict?: true };
}

type ChatToolChoice = "auto" | "none" | "required" | { type: "function"; function: { name: string } };

export interface ChatTools {
  tools?: ChatTool[];
  tool_choice?: ChatToolChoice;
  parallel_tool_calls?: false;
}

function toChatTool(tool: ModelTool): ChatTool {
  return {
    type: "function",
    function: {
      name: tool.name,
      ...(tool.description === null ? {} : { description: tool.description }),
      parameters: tool.parameters,
      ...(tool.strict ? { strict: true } : {}),
    },
  };
}

function toChatChoice(choice: ModelToolChoice): ChatToolChoice {
  if (choice.type === "tool") return { type: "function", function: { name: choice.name } };
  return choice.type === "allowed" ? choice.mode : choice.type;
}

/**
 * Tools, tool choice and parallel calls in chat completions' form; what is the default is left out.
 * An allowed set becomes the list itself, since few servers know `allowed_tools`.
 */
export function convertTools({ tools, toolChoice, parallelToolCalls }: ModelRequest): ChatTools {
  const open = toolChoice.type === "allowed" ? tools.filter((tool) => toolChoice.names.includes(tool.name)) : tools;
  if (open.length === 0) return {};
  const choice = toChatChoice(toolChoice);
  return {
    tools: open.map(toChatTool),
    ...(choice === "auto" ? {} : { tool_choice: choice }),
    ...(parallelToolCalls ? {} : { parallel_tool_calls: false }),
  };
}
