import { z } from "zod";
import { toInputItems } from "#server/protocol/chat/convert-messages";
import { ChatMessage } from "#server/protocol/chat/messages";
import { type ChatTools, ChatToolsInput, readTools } from "#server/protocol/chat/tools";
import { WebSearchOptions, webSearchBeside } from "#server/protocol/chat/web-search";
import { PassedFields, passedFields, refuseFields } from "#server/protocol/passed-fields";
import { RequestProblem } from "#server/protocol/problem";
import {
  type CreateResponseRequest,
  EFFORTS,
  Metadata,
  SERVICE_TIERS,
  type TextFormat,
} from "#server/protocol/request";
import { validate } from "#server/protocol/validate";

const MAX_STOPS = 4;
const stopText = z.string().min(1).max(1_000);

const ResponseFormat = z.discriminatedUnion("type", [
  z.object({ type: z.literal("text") }),
  z.object({ type: z.literal("json_object") }),
  z.object({
    type: z.literal("json_schema"),
    json_schema: z.object({
      name: z
        .string()
        .min(1)
        .max(64)
        .regex(/^[a-zA-Z0-9_-]+$/),
      description: z.string().nullish(),
      schema: z.record(z.string(), z.unknown()).nullish(),
      strict: z.boolean().nullish(),
    }),
  }),
]);

const PredictedPart = z.object({ type: z.literal("text"), text: z.string() });
/** What much of the answer is expected to be. */
const Prediction = z.object({ type: z.literal("content"), content: z.union([z.string(), z.array(PredictedPart)]) });

/** The body of `POST /v1/chat/completions`. Unknown fields are let through; null means absent. */
export const CreateChatCompletionBody = z
  .looseObject({
    model: z.string().nullish(),
    messages: z.array(ChatMessage).min(1),
    ...ChatToolsInput.shape,
    response_format: ResponseFormat.nullish(),
    stream: z.boolean().nullish(),
    stream_options: z
      .object({ include_usage: z.boolean().nullish(), include_obfuscation: z.boolean().nullish() })
      .nullish(),
    n: z.int().min(1).max(128).nullish(),
    logprobs: z.boolean().nullish(),
    top_logprobs: z.int().min(0).max(20).nullish(),
    max_tokens: z.int().min(1).nullish(),
    max_completion_tokens: z.int().min(1).nullish(),
    stop: z.union([stopText, z.array(stopText).max(MAX_STOPS)]).nullish(),
    seed: z.number().int().nullish(),
    logit_bias: z.record(z.string().regex(/^\d+$/), z.number().min(-100).max(100)).nullish(),
    temperature: z.number().min(0).max(2).nullish(),
    top_p: z.number().min(0).max(1).nullish(),
    presence_penalty: z.number().min(-2).max(2).nullish(),
    frequency_penalty: z.number().min(-2).max(2).nullish(),
    reasoning_effort: z.enum(EFFORTS).nullish(),
    verbosity: z.enum(["low", "medium", "high"]).nullish(),
    modalities: z.array(z.enum(["text", "audio"])).nullish(),
    metadata: Metadata.nullish(),
    store: z.boolean().nullish(),
    service_tier: z.enum(SERVICE_TIERS).nullish(),
    safety_identifier: z.string().max(64).nullish(),
    prompt_cache_key: z.string().max(64).nullish(),
    prediction: Prediction.nullish(),
    ...PassedFields.shape,
    web_search_options: WebSearchOptions.nullish(),
    // Refused by name.
    audio: z.unknown().optional(),
  })
  .meta({ id: "CreateChatCompletionBody" });
type ChatBody = z.infer<typeof CreateChatCompletionBody>;

/** What of a chat request concerns the answer's shape alone. */
export interface ChatAnswerOptions {
  /** A last chunk tells the usage. */
  includeUsage: boolean;
  /** The request spoke of `functions`: calls come back as `function_call`. */
  legacyFunctions: boolean;
  logprobs: boolean;
  /** Chunks are padded, so that their sizes tell less. OpenAI's default. */
  obfuscation: boolean;
}

export interface ChatRequest {
  /** What the engine is asked to do. */
  request: CreateResponseRequest;
  answer: ChatAnswerOptions;
  /** The messages as they came. */
  messages: ChatMessage[];
}

function refuse(param: string, message: string): RequestProblem {
  return new RequestProblem("invalid_value", message, { param });
}

/** What chat completions can ask for and this server does not do. */
function checkSupported(body: ChatBody): void {
  if (body.n != null && body.n !== 1) {
    throw refuse(
      "n",
      `Invalid value for 'n': this server makes one choice per request. Expected 1, but got ${body.n}.`,
    );
  }
  if (body.modalities?.includes("audio")) {
    throw refuse("modalities", "Invalid 'modalities': this server answers in text. Supported values are: 'text'.");
  }
  refuseFields(body, ["audio"]);
}

function checkTogether(body: ChatBody): void {
  if (body.max_tokens != null && body.max_completion_tokens != null) {
    throw refuse(
      "max_tokens",
      "'max_tokens' and 'max_completion_tokens' cannot both be set. Use 'max_completion_tokens'.",
    );
  }
  if (body.top_logprobs != null && body.logprobs !== true) {
    throw refuse("top_logprobs", "Invalid 'top_logprobs': 'logprobs' must be true when 'top_logprobs' is set.");
  }
  if (body.stream_options != null && body.stream !== true) {
    throw refuse("stream_options", "The 'stream_options' parameter is only allowed when 'stream' is enabled.");
  }
}

/**
 * Reads the body of `POST /v1/chat/completions` as what the engine is asked and how its answer is to look.
 * Throws RequestProblem (an AppError to the rest of the server) naming the path at fault and what is allowed there.
 */
export function parseChatCompletion(raw: unknown): ChatRequest {
  const body = validate(CreateChatCompletionBody, raw);
  checkSupported(body);
  checkTogether(body);
  const tools = readTools(body);
  const answer = {
    includeUsage: body.stream_options?.include_usage ?? false,
    legacyFunctions: tools.legacy,
    logprobs: body.logprobs ?? false,
    obfuscation: body.stream_options?.include_obfuscation ?? true,
  };
  return { request: toRequest(body, tools), answer, messages: body.messages };
}

function toRequest(body: ChatBody, tools: ChatTools): CreateResponseRequest {
  return {
    model: body.model || null,
    input: toInputItems(body.messages),
    additionalTools: new Map(),
    compactNow: false,
    instructions: null,
    previousResponseId: null,
    conversation: null,
    prompt: null,
    promptMessages: [],
    contextManagement: null,
    include: body.logprobs ? ["message.output_text.logprobs"] : [],
    tools: [...tools.tools, ...webSearchBeside(body.web_search_options, tools.tools)],
    toolChoice: tools.toolChoice,
    metadata: body.metadata ?? {},
    text: { format: textFormat(body), verbosity: body.verbosity ?? null },
    ...samplingOf(body),
    parallelToolCalls: tools.parallel,
    stream: body.stream ?? false,
    obfuscation: body.stream_options?.include_obfuscation ?? true,
    background: false,
    maxOutputTokens: body.max_completion_tokens ?? body.max_tokens ?? null,
    maxToolCalls: null,
    reasoning: body.reasoning_effort == null ? null : { effort: body.reasoning_effort, summary: null },
    safetyIdentifier: body.safety_identifier ?? null,
    promptCacheKey: body.prompt_cache_key ?? null,
    truncation: "disabled",
    store: body.store ?? false,
    serviceTier: body.service_tier ?? null,
    user: body.user ?? null,
    passed: { ...passedFields(body), ...(body.prediction ? { prediction: body.prediction } : {}) },
  };
}

function samplingOf(body: ChatBody) {
  return {
    temperature: body.temperature ?? null,
    topP: body.top_p ?? null,
    presencePenalty: body.presence_penalty ?? null,
    frequencyPenalty: body.frequency_penalty ?? null,
    topLogprobs: body.top_logprobs ?? null,
    stop: stopsOf(body.stop),
    seed: body.seed ?? null,
    logitBias: body.logit_bias ?? null,
  };
}

function stopsOf(stop: ChatBody["stop"]): string[] | null {
  if (typeof stop === "string") return [stop];
  return stop == null || stop.length === 0 ? null : stop;
}

function textFormat({ response_format: format }: ChatBody): TextFormat {
  if (format == null) return { type: "text" };
  if (format.type !== "json_schema") return { type: format.type };
  const { name, description, schema, strict } = format.json_schema;
  return {
    type: "json_schema",
    name,
    ...(description == null ? {} : { description }),
    schema: schema ?? {},
    strict: strict ?? false,
  };
}
