import { z } from "zod";
import { AttributeFilter } from "#server/protocol/attribute-filter";
import { given } from "#server/protocol/json-values";
import {
  isOwnTool,
  normalizeOwnTool,
  type OwnTool,
  type OwnToolRef,
  ownToolName,
  SavedToolInput,
  SavedToolRefInput,
  ThinkToolInput,
  ThinkToolRefInput,
} from "#server/protocol/own-tools";
import {
  isVendorTool,
  NamespaceToolInput,
  normalizeVendorRef,
  normalizeVendorTool,
  type VendorTool,
  VendorToolInput,
  type VendorToolRef,
  VendorToolRefInput,
  vendorToolKey,
} from "#server/protocol/vendor-tools";

/** Names that every vendor takes for a function. */
export const toolName = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[a-zA-Z0-9_-]+$/);

/** What is said of a client's tool to servers of the Responses API alone. */
const PassedOfTool = {
  defer_loading: z.boolean().nullish(),
  allowed_callers: z.array(z.string().max(64)).max(8).nullish(),
};

const FunctionToolInput = z
  .object({
    type: z.literal("function"),
    name: toolName,
    description: z.string().nullish(),
    parameters: z.record(z.string(), z.unknown()).nullish(),
    strict: z.boolean().nullish(),
    output_schema: z.record(z.string(), z.unknown()).nullish(),
    ...PassedOfTool,
  })
  .meta({ id: "FunctionToolInput" });

/** A model as settings of searches name it. */
export const ModelName = z.string().min(1).max(300);

/** How much the vectors and the words of a passage count for its rank. */
export const HybridWeights = z.object({ embedding_weight: z.number().min(0), text_weight: z.number().min(0) });

/** How found passages are ranked: OpenAI's `ranking_options` of the file_search tool. */
export const RankingOptionsInput = z.object({
  /** `auto`, `default-2024-11-15` (the same), `none`, or the name of a model that ranks. */
  ranker: ModelName.nullish(),
  score_threshold: z.number().min(0).max(1).nullish(),
  hybrid_search: HybridWeights.nullish(),
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

const AgenticSearchToolInput = z
  .object({
    type: z.literal("agentic_search"),
    vector_store_ids: z.array(z.string()).min(1),
    max_num_results: z.int().min(1).max(50).nullish(),
    /** Decisions of the model: whether to search on, to read around a passage, or to stop. */
    max_iterations: z.int().min(1).max(20).nullish(),
    /** Tokens of those decisions together. */
    max_tokens: z.int().min(1000).nullish(),
    ranking_options: RankingOptionsInput.nullish(),
    filters: AttributeFilter.nullish(),
  })
  .meta({ id: "AgenticSearchToolInput" });

const CustomFormatInput = z.discriminatedUnion("type", [
  z.object({ type: z.literal("text") }),
  z.object({ type: z.literal("grammar"), syntax: z.enum(["lark", "regex"]), definition: z.string().min(1) }),
]);
const CustomToolInput = z
  .object({
    type: z.literal("custom"),
    name: toolName,
    description: z.string().nullish(),
    format: CustomFormatInput.nullish(),
    ...PassedOfTool,
  })
  .meta({ id: "CustomToolInput" });

/** A tool as a request names it, after {@link withoutToolPrefix}. */
export const ToolInput = z.discriminatedUnion("type", [
  FunctionToolInput,
  CustomToolInput,
  FileSearchToolInput,
  AgenticSearchToolInput,
  VendorToolInput,
  NamespaceToolInput,
  SavedToolInput,
  ThinkToolInput,
]);
type ToolInput = z.infer<typeof ToolInput>;

/** True for a type of tool that means something already, so that no tool of a team's can have it as its name. */
export function isBuiltInToolType(type: string): boolean {
  return ToolInput.options.some((option) => option.shape.type.safeParse(type).success);
}

const Mode = z.enum(["none", "auto", "required"]);
const ToolRefInput = z.discriminatedUnion("type", [
  z.object({ type: z.literal("function"), name: toolName }),
  z.object({ type: z.literal("custom"), name: toolName }),
  z.object({ type: z.literal("file_search") }),
  z.object({ type: z.literal("agentic_search") }),
  SavedToolRefInput,
  ThinkToolRefInput,
  VendorToolRefInput,
]);

/** `tool_choice` as a request gives it, after {@link withoutToolPrefix}. */
export const ToolChoiceInput = z.union([
  Mode,
  z.discriminatedUnion("type", [
    ToolRefInput,
    z.object({ type: z.literal("allowed_tools"), tools: z.array(ToolRefInput).min(1).max(128), mode: Mode.nullish() }),
  ]),
]);

/** What is said of a client's tool to servers of the Responses API alone: present where the caller gave it. */
export interface PassedOfTool {
  defer_loading?: boolean;
  allowed_callers?: string[];
  output_schema?: Record<string, unknown>;
}

export interface FunctionTool extends PassedOfTool {
  type: "function";
  name: string;
  description: string | null;
  parameters: Record<string, unknown> | null;
  strict: boolean;
}

/** What a custom tool's input must look like: any text, or what a grammar allows. */
export type CustomFormat = { type: "text" } | { type: "grammar"; syntax: "lark" | "regex"; definition: string };

/** A tool of the client's that takes text instead of JSON. */
export interface CustomTool extends PassedOfTool {
  type: "custom";
  name: string;
  description?: string;
  format: CustomFormat;
}

export interface RankingOptions {
  ranker: string;
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

/** A search that goes on until its model has found enough. Ours. */
export interface AgenticSearchTool extends Omit<FileSearchTool, "type"> {
  type: "agentic_search";
  max_iterations: number;
  /** null: the server's own bound. */
  max_tokens: number | null;
}

/** A tool that this server runs. Its function name towards the model is its type. */
export type HostedTool = FileSearchTool | AgenticSearchTool;
/** A tool of a request, normalised: also how a response echoes it. */
export type RequestTool = FunctionTool | CustomTool | HostedTool | OwnTool | VendorTool;

export type ToolRef =
  | { type: "function" | "custom"; name: string }
  | { type: HostedTool["type"] }
  | OwnToolRef
  | VendorToolRef;
export type ToolChoiceMode = "none" | "auto" | "required";
export type ToolChoice = ToolChoiceMode | ToolRef | { type: "allowed_tools"; mode: ToolChoiceMode; tools: ToolRef[] };

/** The raw tool, or tool choice, without the prefix that the strict dialect gives hosted types. */
export function withoutToolPrefix(raw: unknown): unknown {
  if (typeof raw !== "object" || raw === null || !("type" in raw) || typeof raw.type !== "string") return raw;
  // Its whole name: a type of no contract's has no other.
  if (raw.type === "rejoinder:tool") return raw;
  const bare = raw.type.replace(/^(openai|rejoinder):/, "");
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
  if (isVendorTool(tool)) return normalizeVendorTool(tool);
  if (isOwnTool(tool)) return normalizeOwnTool(tool);
  if (tool.type === "custom") {
    const { name, description, format } = tool;
    const about = description == null ? {} : { description };
    return { type: "custom", name, ...about, format: format ?? { type: "text" }, ...passedOfTool(tool) };
  }
  if (tool.type === "function") {
    const parameters = tool.parameters ?? null;
    return {
      type: "function",
      name: tool.name,
      description: tool.description ?? null,
      parameters,
      strict: tool.strict ?? (parameters !== null && allowsStrict(parameters)),
      ...passedOfTool(tool),
    };
  }
  const { max_iterations, max_tokens, ...search } = { max_iterations: null, max_tokens: null, ...tool };
  const searching = searchOf(search);
  if (tool.type === "file_search") return { type: "file_search", ...searching };
  return { type: "agentic_search", ...searching, max_iterations: max_iterations ?? 5, max_tokens: max_tokens ?? null };
}

type Passable = { [K in keyof PassedOfTool]?: PassedOfTool[K] | null | undefined };

/** What of a tool is passed on only; undefined when there is nothing of the kind. */
export function passedOfTool({ defer_loading, allowed_callers, output_schema }: Passable): PassedOfTool | undefined {
  return given({ defer_loading, allowed_callers, output_schema });
}

/** What the two searches have in common, with every default filled in. */
function searchOf(tool: Omit<z.infer<typeof FileSearchToolInput>, "type">): Omit<FileSearchTool, "type"> {
  const ranking = tool.ranking_options;
  return {
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
  if (typeof choice === "string") return choice;
  if (choice.type !== "allowed_tools") return normalizeRef(choice);
  return { type: "allowed_tools", mode: choice.mode ?? "auto", tools: choice.tools.map(normalizeRef) };
}

function normalizeRef(ref: z.infer<typeof ToolRefInput>): ToolRef {
  return isVendorTool(ref) ? normalizeVendorRef(ref) : ref;
}

/** The name under which the model knows a tool. */
export function modelNameOf(tool: ToolRef | RequestTool): string {
  if (isVendorTool(tool)) return vendorToolKey(tool);
  if (isOwnTool(tool)) return ("alias" in tool && tool.alias) || ownToolName(tool);
  return tool.type === "function" || tool.type === "custom" ? tool.name : tool.type;
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
