import type { LanguageModelV4Message } from "@ai-sdk/provider";
import type { ModelRequest } from "#server/providers/provider";

type Assistant = Extract<LanguageModelV4Message, { role: "assistant" }>;
type Tool = Extract<LanguageModelV4Message, { role: "tool" }>;
type ToolOutput = Extract<Tool["content"][number], { type: "tool-result" }>["output"];
type UserPart = Extract<LanguageModelV4Message, { role: "user" }>["content"][number];

function callsAsText(content: Assistant["content"]): Assistant["content"] {
  return content.map((part) =>
    part.type === "tool-call"
      ? { type: "text", text: `<tool_call name="${part.toolName}">\n${JSON.stringify(part.input)}\n</tool_call>` }
      : part,
  );
}

function outputParts(output: ToolOutput): UserPart[] {
  if (output.type === "text" || output.type === "error-text") return [{ type: "text", text: output.value }];
  if (output.type !== "content") return [];
  return output.value.filter((part) => part.type === "text" || part.type === "file");
}

function resultsAsText(content: Tool["content"]): UserPart[] {
  return content.flatMap((part): UserPart[] =>
    part.type === "tool-result"
      ? [
          { type: "text", text: `<tool_result name="${part.toolName}">` },
          ...outputParts(part.output),
          { type: "text", text: "</tool_result>" },
        ]
      : [],
  );
}

/**
 * Tells earlier tool calls and their results as text where no tool may be called. Bedrock takes neither without tools,
 * and the package would leave both out: the model would be asked about results that it does not see.
 */
export function tellToolUse(
  prompt: LanguageModelV4Message[],
  { tools, toolChoice }: Pick<ModelRequest, "tools" | "toolChoice">,
): LanguageModelV4Message[] {
  const may = (name: string) => toolChoice.type !== "allowed" || toolChoice.names.includes(name);
  if (toolChoice.type !== "none" && tools.some((tool) => may(tool.name))) return prompt;
  return prompt.map((message) => {
    if (message.role === "assistant") return { ...message, content: callsAsText(message.content) };
    return message.role === "tool" ? { role: "user", content: resultsAsText(message.content) } : message;
  });
}
