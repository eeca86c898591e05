import type { CustomFormat } from "#server/protocol/tools";
import type { Quirks } from "#server/providers/openai-compatible/quirks";
import type { ModelRequest, ModelTool } from "#server/providers/provider";

type ChatCustomFormat =
  | { type: "text" }
  | { type: "grammar"; grammar: { syntax: "lark" | "regex"; definition: string } };

type ChatTool =
  | {
      type: "function";
      function: { name: string; description?: string; parameters: Record<string, unknown>; strict?: true };
    }
  | { type: "custom"; custom: { name: string; description?: string; format: ChatCustomFormat } };

type ChatToolChoice =
  | "auto"
  | "none"
  | "required"
  | { type: "function"; function: { name: string } }
  | { type: "custom"; custom: { name: string } };

export interface ChatTools {
  tools?: ChatTool[];
  tool_choice?: ChatToolChoice;
  parallel_tool_calls?: false;
}

function toChatTool(tool: ModelTool, quirks: Quirks): ChatTool {
  const about = { name: tool.name, ...(tool.description === null ? {} : { description: tool.description }) };
  if (tool.custom && quirks.customTools) return { type: "custom", custom: { ...about, format: toFormat(tool.custom) } };
  const { parameters, strict } = tool;
  return { type: "function", function: { ...about, parameters, ...(strict ? { strict: true } : {}) } };
}

function toFormat(format: CustomFormat): ChatCustomFormat {
  if (format.type === "text") return format;
  return { type: "grammar", grammar: { syntax: format.syntax, definition: format.definition } };
}

function toChatChoice({ tools, toolChoice: choice }: ModelRequest, quirks: Quirks): ChatToolChoice {
  switch (choice.type) {
    case "tool": {
      const { name } = choice;
      const custom = quirks.customTools && tools.some((tool) => tool.name === name && tool.custom);
      return custom ? { type: "custom", custom: { name } } : { type: "function", function: { name } };
    }
    case "allowed":
      return choice.mode;
    case "vendor_tool":
      return "auto";
    default:
      return choice.type;
  }
}

/**
 * Tools, tool choice and parallel calls in chat completions' form; what is the default is left out.
 * An allowed set becomes the list itself, since few servers know `allowed_tools`. Where custom tools are not known they
 * are functions of one string.
 */
export function convertTools(request: ModelRequest, quirks: Quirks): ChatTools {
  const { tools, toolChoice, parallelToolCalls } = request;
  const open = toolChoice.type === "allowed" ? tools.filter((tool) => toolChoice.names.includes(tool.name)) : tools;
  if (open.length === 0) return {};
  const choice = toChatChoice(request, quirks);
  return {
    tools: open.map((tool) => toChatTool(tool, quirks)),
    ...(choice === "auto" ? {} : { tool_choice: choice }),
    ...(parallelToolCalls ? {} : { parallel_tool_calls: false }),
  };
}
