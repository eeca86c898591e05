import type { ModelContent, ModelInput } from "#server/providers/provider";

type ToolResult = Extract<ModelInput, { type: "tool_result" }>;

/** What the built-in models read off a request's input. */
export interface Conversation {
  /** Text of the newest user message; empty when there is none. */
  question: string;
  /** Texts of the user's messages before it. */
  earlier: string[];
  /** Results of the tools called since the newest user message, oldest first. */
  results: ToolResult[];
  /** Names of the tools called since the newest user message. */
  called: ReadonlySet<string>;
  images: number;
  /** Names of its files. */
  files: string[];
}

/** How a file's text begins, as `toModelInput` writes it. */
const FILE = /^<file name=("(?:[^"\\]|\\.)*")/;

function fileName(part: ModelContent): string | null {
  const name = part.type === "text" ? FILE.exec(part.text)?.[1] : undefined;
  return name === undefined ? null : JSON.parse(name);
}

/** The texts of some content, joined by line feeds. */
export function textOf(content: ModelContent[]): string {
  return content.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n");
}

/** Reads the newest question and what has happened since. */
export function readConversation(input: ModelInput[]): Conversation {
  const last = input.findLastIndex((item) => item.type === "message" && item.role === "user");
  const since = input.slice(last + 1);
  const newest = input[last];
  const content = newest?.type === "message" ? newest.content : [];
  const results = since.filter((item): item is ToolResult => item.type === "tool_result");
  return {
    question: textOf(content).trim(),
    earlier: input
      .slice(0, Math.max(0, last))
      .flatMap((item) => (item.type === "message" && item.role === "user" ? [textOf(item.content).trim()] : [])),
    results,
    called: new Set([
      ...results.map((item) => item.name),
      ...since.flatMap((item) => (item.type === "tool_call" ? [item.name] : [])),
    ]),
    images: content.filter((part) => part.type === "image").length,
    files: content.flatMap((part) => fileName(part) ?? []),
  };
}
