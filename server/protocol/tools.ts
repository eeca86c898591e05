import { z } from "zod";
import { AttributeFilter } from "#server/protocol/attribute-filter";

/** Names that every vendor takes for a function. */
export const toolName = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[a-zA-Z0-9_-]+$/);

const FunctionToolInput = z
  .object({
    type: z.literal("function"),
    name: toolName,
    description: z.string().nullish(),
    parameters: z.record(z.string(), z.unknown()).nullish(),
    strict: z.boolean().nullish(),
  })
  .meta({ id: "FunctionToolInput" });

/** How found passages are ranked: OpenAI's `ranking_options` of the file_search tool. */
export const RankingOptionsInput = z.object({
  ranker: z.enum(["auto", "default-2024-11-15"]).nullish(),
  score_threshold: z.number().min(0).max(1).nullish(),
  hybrid_search: z.object({ embedding_weight: z.number().min(0), text_weight: z.number().min(0) }).nullish(),
});

const FileSearchToolInput = z
  .object({
    type: z.literal("file_search"),
    vector_store_ids: z.array(z.string()).min(1),
    max_num_results: z.int().min(1).max(50).nullish(),
    ranking_options: RankingOptionsInput.nullish(),
    filters: AttributeFilter.nullish(),
  })
  .meta({ id: "FileSearchToolInput" });

/** A tool as a request names it, after {@link withoutToolPrefix}. */
export const ToolInput = z.discriminatedUnion("type", [FunctionToolInput, FileSearchToolInput]);
type ToolInput = z.infer<typeof ToolInput>;

const Mode = z.enum(["none", "auto", "required"]);
const ToolRefInput = z.discriminatedUnion("type", [
  z.object({ type: z.literal("function"), name: toolName }),
  z.object({ type: z.literal("file_search") }),
]);

/** `tool_choice` as a request gives it, after {@link withoutToolPrefix}. */
export const ToolChoiceInput = z.union([
  Mode,
  z.discriminatedUnion("type", [
    z.object({ type: z.literal("function"), name: toolName }),
    z.object({ type: z.literal("file_search") }),
    z.object({ type: z.literal("allowed_tools"), tools: z.array(ToolRefInput).min(1).max(128), mode: Mode.nullish() }),
  ]),
]);

export interface FunctionTool {
  type: "function";
  name: string;
  description: string | null;
  parameters: Record<string, unknown> | null;
  strict: boolean;
}

export interface RankingOptions {
  ranker: "auto" | "default-2024-11-15";
  score_threshold: number;
  hybrid_search?: { embedding_weight: number; text_weight: number };
}

export interface FileSearchTool {
  type: "file_search";
  vector_store_ids: string[];
  max_num_results: number;
  ranking_options: RankingOptions;
  filters: AttributeFilter | null;
}

/** A tool that this server runs. Its function name towards the model is its type. */
export type HostedTool = FileSearchTool;
/** A tool of a request, normalised: also how a response echoes it. */
export type RequestTool = FunctionTool | HostedTool;

export type ToolRef = { type: "function"; name: string } | { type: HostedTool["type"] };
export type ToolChoiceMode = "none" | "auto" | "required";
export type ToolChoice = ToolChoiceMode | ToolRef | { type: "allowed_tools"; mode: ToolChoiceMode; tools: ToolRef[] };

/** The raw tool, or tool choice, without the prefix that the strict dialect gives hosted types. */
export function withoutToolPrefix(raw: unknown): unknown {
  if (typeof raw !== "object" || raw === null || !("type" in raw) || typeof raw.type !== "string") return raw;
  const bare = raw.type.replace(/^openai:/, "");
  if (raw.type === "allowed_tools" && "tools" in raw && Array.isArray(raw.tools)) {
    return { ...raw, tools: raw.tools.map(withoutToolPrefix) };
  }
  return bare === raw.type ? raw : { ...raw, type: bare };
}

/**
 * The tool with every default filled in. `strict` left out is true where the schema can be held to it (OpenAI's
 * default), false where it cannot.
 */
export function normalizeTool(tool: ToolInput): RequestTool {
  if (tool.type === "function") {
    const parameters = tool.parameters ?? null;
    return {
      type: "function",
      name: tool.name,
      description: tool.description ?? null,
      parameters,
      strict: tool.strict ?? (parameters !== null && allowsStrict(parameters)),
    };
  }
  const ranking = tool.ranking_options;
  return {
    type: "file_search",
    vector_store_ids: tool.vector_store_ids,
    max_num_results: tool.max_num_results ?? 20,
    ranking_options: {
      ranker: ranking?.ranker ?? "auto",
      score_threshold: ranking?.score_threshold ?? 0,
      ...(ranking?.hybrid_search ? { hybrid_search: ranking.hybrid_search } : {}),
    },
    filters: tool.filters ?? null,
  };
}

/** The choice with its defaults filled in. */
export function normalizeToolChoice(choice: z.infer<typeof ToolChoiceInput>): ToolChoice {
  if (typeof choice === "string" || choice.type !== "allowed_tools") return choice;
  return { type: "allowed_tools", mode: choice.mode ?? "auto", tools: choice.tools };
}

/** The name under which the model knows a tool. */
export function modelNameOf(tool: ToolRef | RequestTool): string {
  return tool.type === "function" ? tool.name : tool.type;
}

/** True when every object in the JSON Schema closes its properties and requires them all: what strict mode needs. */
function allowsStrict(schema: unknown): boolean {
  if (Array.isArray(schema)) return schema.every(allowsStrict);
  if (typeof schema !== "object" || schema === null) return true;
  const node: Record<string, unknown> = { ...schema };
  if (node.type === "object" || node.properties !== undefined) {
    const required: readonly unknown[] = Array.isArray(node.required) ? node.required : [];
    if (node.additionalProperties !== false) return false;
    if (!Object.keys(node.properties ?? {}).every((name) => required.includes(name))) return false;
  }
  return Object.entries(node).every(([key, value]) => key === "enum" || key === "const" || allowsStrict(value));
}
