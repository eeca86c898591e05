import { z } from "zod";
import { type InputItem, withItemType } from "#server/protocol/items";
import { PassedFields, PassedReasoning, type PassedSettings, passedFields } from "#server/protocol/passed-fields";
import { RequestProblem } from "#server/protocol/problem";
import { PromptInput, type PromptReference, promptReference } from "#server/protocol/prompts";
import { type ReadInput, RequestInput, readInput } from "#server/protocol/request-input";
import { checkToolChoice, checkTools } from "#server/protocol/request-tools";
import {
  normalizeTool,
  normalizeToolChoice,
  type RequestTool,
  type ToolChoice,
  ToolChoiceInput,
  ToolInput,
  withoutToolPrefix,
} from "#server/protocol/tools";
import { validate } from "#server/protocol/validate";

export const INCLUDES = [
  "file_search_call.results",
  "web_search_call.results",
  "web_search_call.action.sources",
  "message.input_image.image_url",
  "computer_call_output.output.image_url",
  "code_interpreter_call.outputs",
  "reasoning.encrypted_content",
  "message.output_text.logprobs",
] as const;
export type Include = (typeof INCLUDES)[number];

export const EFFORTS = ["none", "minimal", "low", "medium", "high", "xhigh", "max"] as const;
export const SERVICE_TIERS = ["auto", "default", "flex", "scale", "priority", "fast"] as const;
const SUMMARIES = ["auto", "concise", "detailed"] as const;
export type Verbosity = "low" | "medium" | "high";

export interface ReasoningOptions {
  effort: (typeof EFFORTS)[number] | null;
  summary: (typeof SUMMARIES)[number] | null;
}

export type TextFormat =
  | { type: "text" }
  | { type: "json_object" }
  | { type: "json_schema"; name: string; description?: string; schema: Record<string, unknown>; strict: boolean };

const ReasoningInput = z.object({
  effort: z.enum(EFFORTS).nullish(),
  summary: z.enum(SUMMARIES).nullish(),
  generate_summary: z.enum(SUMMARIES).nullish(),
});

const TextFormatInput = z.discriminatedUnion("type", [
  z.object({ type: z.literal("text") }),
  z.object({ type: z.literal("json_object") }),
  z.object({
    type: z.literal("json_schema"),
    name: z
      .string()
      .min(1)
      .max(64)
      .regex(/^[a-zA-Z0-9_-]+$/)
      .nullish(),
    description: z.string().nullish(),
    schema: z.record(z.string(), z.unknown()).nullish(),
    strict: z.boolean().nullish(),
  }),
]);

const MAX_METADATA_PAIRS = 16;

/** Key-value pairs that a caller may hang on an object. */
export const Metadata = z.record(z.string().max(64), z.string().max(512)).check(({ value, issues }) => {
  const broken = Object.entries(value).find((pair) => !pair.every(isStorable));
  if (broken) {
    const message = "metadata must be well-formed text without NUL characters";
    issues.push({ code: "custom", message, path: [broken[0]], input: broken[1] });
  }
  if (Object.keys(value).length <= MAX_METADATA_PAIRS) return;
  issues.push({ code: "too_big", origin: "object", maximum: MAX_METADATA_PAIRS, inclusive: true, input: value });
});

/** Postgres takes neither NUL nor half a surrogate pair where it has to look into JSON. */
function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes("\0");
}

/** The body of `POST /v1/responses`. Unknown fields are let through; null means absent. */
export const CreateResponseBody = z
  .looseObject({
    model: z.string().nullish(),
    input: RequestInput.nullish(),
    instructions: z.string().nullish(),
    previous_response_id: z.string().nullish(),
    conversation: z.union([z.string().min(1), z.object({ id: z.string().min(1) })]).nullish(),
    prompt: PromptInput.nullish(),
    context_management: z
      .array(z.object({ type: z.literal("compaction"), compact_threshold: z.int().min(1000).nullish() }))
      .nullish(),
    include: z.array(z.enum(INCLUDES)).nullish(),
    tools: z.array(ToolInput).nullish(),
    tool_choice: ToolChoiceInput.nullish(),
    metadata: Metadata.nullish(),
    text: z
      .object({ format: TextFormatInput.nullish(), verbosity: z.enum(["low", "medium", "high"]).nullish() })
      .nullish(),
    temperature: z.number().min(0).max(2).nullish(),
    top_p: z.number().min(0).max(1).nullish(),
    presence_penalty: z.number().min(-2).max(2).nullish(),
    frequency_penalty: z.number().min(-2).max(2).nullish(),
    top_logprobs: z.int().min(0).max(20).nullish(),
    parallel_tool_calls: z.boolean().nullish(),
    stream: z.boolean().nullish(),
    stream_options: z.object({ include_obfuscation: z.boolean().nullish() }).nullish(),
    background: z.boolean().nullish(),
    max_output_tokens: z.int().min(16).nullish(),
    max_tool_calls: z.int().min(1).nullish(),
    reasoning: z.object({ ...ReasoningInput.shape, ...PassedReasoning.shape }).nullish(),
    safety_identifier: z.string().max(64).nullish(),
    prompt_cache_key: z.string().max(64).nullish(),
    truncation: z.enum(["auto", "disabled"]).nullish(),
    store: z.boolean().nullish(),
    service_tier: z.enum(SERVICE_TIERS).nullish(),
    ...PassedFields.shape,
  })
  .meta({ id: "CreateResponseBody" });
type CreateResponseBody = z.infer<typeof CreateResponseBody>;

/** A request that has passed every check that needs nothing but the request. null: the caller did not say. */
export interface CreateResponseRequest extends ReadInput {
  model: string | null;
  instructions: string | null;
  previousResponseId: string | null;
  /** Id of the conversation that the response continues. */
  conversation: string | null;
  prompt: PromptReference | null;
  /** Messages of the prompt's template: shown to the model before everything else, kept in no history. */
  promptMessages: InputItem[];
  /** When to compact the context; `compactThreshold` in tokens, null: near the end of the model's window. */
  contextManagement: { compactThreshold: number | null } | null;
  include: Include[];
  tools: RequestTool[];
  toolChoice: ToolChoice;
  metadata: Record<string, string>;
  text: { format: TextFormat; verbosity: Verbosity | null };
  temperature: number | null;
  topP: number | null;
  presencePenalty: number | null;
  frequencyPenalty: number | null;
  topLogprobs: number | null;
  /** Only chat completions have these three. `logitBias` is by token id, -100 to 100. */
  stop: string[] | null;
  seed: number | null;
  logitBias: Record<string, number> | null;
  parallelToolCalls: boolean;
  stream: boolean;
  /** Pad the deltas of the stream, so that their sizes tell less. Both contracts' default is true. */
  obfuscation: boolean;
  background: boolean;
  maxOutputTokens: number | null;
  maxToolCalls: number | null;
  reasoning: ReasoningOptions | null;
  safetyIdentifier: string | null;
  promptCacheKey: string | null;
  truncation: "auto" | "disabled";
  store: boolean;
  serviceTier: string | null;
  user: string | null;
  /** What only OpenAI's wires are told, as the body had it. */
  passed: PassedSettings;
}

/**
 * Reads the body of `POST /v1/responses` in any shape that OpenAI's API or Open Responses allow.
 * Throws RequestProblem (an AppError to the rest of the server) naming the path at fault and what is allowed there.
 */
export function parseCreateResponse(body: unknown): CreateResponseRequest {
  const parsed = validate(CreateResponseBody, prepareRequest(body));
  const tools = (parsed.tools ?? []).map(normalizeTool);
  const toolChoice = parsed.tool_choice == null ? "auto" : normalizeToolChoice(parsed.tool_choice);
  checkTools(tools, "tools");
  const read = readInput(parsed.input);
  checkSources(parsed);
  // What came before may bring tools too.
  const isAlone = parsed.previous_response_id == null && parsed.conversation == null;
  const brought = [...read.additionalTools.values()].flat();
  if (isAlone && !read.input.some(({ type }) => type === "item_reference")) {
    checkToolChoice(toolChoice, [...tools, ...brought]);
  }
  return {
    model: parsed.model || null,
    ...read,
    tools,
    toolChoice,
    ...settingsOf(parsed),
  };
}

function settingsOf(
  parsed: CreateResponseBody,
): Omit<CreateResponseRequest, "model" | keyof ReadInput | "tools" | "toolChoice"> {
  return {
    instructions: parsed.instructions ?? null,
    previousResponseId: parsed.previous_response_id ?? null,
    conversation: typeof parsed.conversation === "string" ? parsed.conversation : (parsed.conversation?.id ?? null),
    prompt: parsed.prompt == null ? null : promptReference(parsed.prompt),
    promptMessages: [],
    contextManagement: contextManagement(parsed.context_management?.[0]),
    include: parsed.include ?? [],
    metadata: parsed.metadata ?? {},
    text: { format: textFormat(parsed.text?.format), verbosity: parsed.text?.verbosity ?? null },
    temperature: parsed.temperature ?? null,
    topP: parsed.top_p ?? null,
    presencePenalty: parsed.presence_penalty ?? null,
    frequencyPenalty: parsed.frequency_penalty ?? null,
    topLogprobs: parsed.top_logprobs ?? null,
    stop: null,
    seed: null,
    logitBias: null,
    parallelToolCalls: parsed.parallel_tool_calls ?? true,
    stream: parsed.stream ?? false,
    obfuscation: parsed.stream_options?.include_obfuscation ?? true,
    background: parsed.background ?? false,
    maxOutputTokens: parsed.max_output_tokens ?? null,
    maxToolCalls: parsed.max_tool_calls ?? null,
    reasoning: reasoningOptions(parsed.reasoning),
    safetyIdentifier: parsed.safety_identifier ?? null,
    promptCacheKey: parsed.prompt_cache_key ?? null,
    truncation: parsed.truncation ?? "disabled",
    store: parsed.store ?? true,
    serviceTier: parsed.service_tier ?? null,
    user: parsed.user ?? null,
    passed: passedFields(parsed),
  };
}

function reasoningOptions(reasoning: CreateResponseBody["reasoning"]): ReasoningOptions | null {
  if (!reasoning) return null;
  return { effort: reasoning.effort ?? null, summary: reasoning.summary ?? reasoning.generate_summary ?? null };
}

/** Something must be there for the model to read, and only one thing may say what came before. */
function checkSources({ input, previous_response_id, conversation, prompt }: CreateResponseBody): void {
  if (input == null && previous_response_id == null && conversation == null && prompt == null) {
    throw new RequestProblem("missing_required_parameter", "Missing required parameter: 'input'.", { param: "input" });
  }
  if (previous_response_id == null || conversation == null) return;
  const message =
    "Mutually exclusive parameters: 'previous_response_id' and 'conversation'. Ensure you are only providing one of: 'previous_response_id' or 'conversation'.";
  throw new RequestProblem("invalid_request", message, {
    param: "previous_response_id",
    wireCode: "mutually_exclusive_parameters",
  });
}

function contextManagement(
  entry: NonNullable<CreateResponseBody["context_management"]>[number] | undefined,
): CreateResponseRequest["contextManagement"] {
  return entry ? { compactThreshold: entry.compact_threshold ?? null } : null;
}

/** The body with what a schema cannot express put right: items without a type, types with the strict dialect's prefix. */
export function prepareRequest(body: unknown): unknown {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return body;
  const fields: Record<string, unknown> = { ...body };
  if (Array.isArray(fields.input)) fields.input = fields.input.map(withItemType);
  if (Array.isArray(fields.tools)) fields.tools = fields.tools.map(withoutToolPrefix);
  if (fields.tool_choice !== undefined) fields.tool_choice = withoutToolPrefix(fields.tool_choice);
  return fields;
}

function textFormat(format: z.infer<typeof TextFormatInput> | null | undefined): TextFormat {
  if (format == null) return { type: "text" };
  if (format.type !== "json_schema") return { type: format.type };
  return {
    type: "json_schema",
    name: format.name ?? "response",
    ...(format.description == null ? {} : { description: format.description }),
    schema: format.schema ?? {},
    strict: format.strict ?? false,
  };
}
