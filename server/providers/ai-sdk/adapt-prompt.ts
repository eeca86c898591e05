import type { LanguageModelV4FilePart, LanguageModelV4Message } from "@ai-sdk/provider";

type ToolPart = Extract<LanguageModelV4Message, { role: "tool" }>["content"][number];

/** A tool's result as text alone; its files are added to `files`. */
function textOnly(part: ToolPart, files: LanguageModelV4FilePart[]): ToolPart {
  if (part.type !== "tool-result" || part.output.type !== "content") return part;
  let value = "";
  for (const piece of part.output.value) {
    if (piece.type === "text") value += piece.text;
    else if (piece.type === "file") files.push(piece);
  }
  return { ...part, output: { type: "text", value } };
}

/** For vendors whose tool messages carry text only: what else a tool gave follows its results as a user message. */
export function detachToolFiles(prompt: LanguageModelV4Message[]): LanguageModelV4Message[] {
  return prompt.flatMap((message): LanguageModelV4Message[] => {
    if (message.role !== "tool") return [message];
    const files: LanguageModelV4FilePart[] = [];
    const results: LanguageModelV4Message = { ...message, content: message.content.map((p) => textOnly(p, files)) };
    return files.length === 0 ? [results] : [results, { role: "user", content: files }];
  });
}
