import type { LanguageModelV4CallOptions, SharedV4ProviderOptions } from "@ai-sdk/provider";
import type { ModelRequest, ModelTextFormat } from "#server/providers/provider";

type Effort = Exclude<NonNullable<LanguageModelV4CallOptions["reasoning"]>, "provider-default">;
type JsonSchema = Extract<NonNullable<LanguageModelV4CallOptions["responseFormat"]>, { type: "json" }>["schema"];

const EFFORTS: readonly Effort[] = ["none", "minimal", "low", "medium", "high", "xhigh", "max"];

const ANY_OBJECT: JsonSchema = { type: "object", additionalProperties: true };

function toResponseFormat(format: ModelTextFormat, needsSchema: boolean): LanguageModelV4CallOptions["responseFormat"] {
  if (format.type === "text") return { type: "text" };
  if (format.type === "json_object") return { type: "json", ...(needsSchema ? { schema: ANY_OBJECT } : {}) };
  const { name, description, schema } = format;
  const jsonSchema: JsonSchema = schema;
  return { type: "json", schema: jsonSchema, name, ...(description === null ? {} : { description }) };
}

function convertTools(request: ModelRequest): Pick<LanguageModelV4CallOptions, "tools" | "toolChoice"> {
  const { toolChoice: choice } = request;
  const open =
    choice.type === "allowed" ? request.tools.filter((tool) => choice.names.includes(tool.name)) : request.tools;
  if (open.length === 0) return {};
  return {
    tools: open.map(({ name, description, parameters, strict }) => ({
      type: "function",
      name,
      ...(description === null ? {} : { description }),
      inputSchema: parameters,
      ...(strict ? { strict } : {}),
    })),
    toolChoice: toSdkChoice(choice),
  };
}

function toSdkChoice(choice: ModelRequest["toolChoice"]): LanguageModelV4CallOptions["toolChoice"] {
  if (choice.type === "tool") return { type: "tool", toolName: choice.name };
  if (choice.type === "vendor_tool") return { type: "auto" };
  return { type: choice.type === "allowed" ? choice.mode : choice.type };
}

function effortOf(request: ModelRequest): Effort | null {
  return EFFORTS.find((effort) => effort === request.reasoning?.effort) ?? null;
}

/** What a vendor makes of a request: its own options, the prompt as it takes it. */
interface VendorPart {
  providerOptions: SharedV4ProviderOptions;
  prompt: LanguageModelV4CallOptions["prompt"];
  /** It can be asked for JSON by a schema only: any object is asked for by one that lets everything through. */
  needsSchema: boolean;
}

/** The AI SDK's call options of a request, with a vendor's own options and the prompt as it takes it. */
export function toCallOptions(
  request: ModelRequest,
  { providerOptions, prompt, needsSchema }: VendorPart,
): LanguageModelV4CallOptions {
  const effort = effortOf(request);
  return {
    prompt,
    responseFormat: toResponseFormat(request.format, needsSchema),
    ...convertTools(request),
    ...(request.maxOutputTokens === null ? {} : { maxOutputTokens: request.maxOutputTokens }),
    ...(request.temperature === null ? {} : { temperature: request.temperature }),
    ...(request.topP === null ? {} : { topP: request.topP }),
    ...(request.presencePenalty === null ? {} : { presencePenalty: request.presencePenalty }),
    ...(request.frequencyPenalty === null ? {} : { frequencyPenalty: request.frequencyPenalty }),
    ...(request.stop === null ? {} : { stopSequences: request.stop }),
    ...(request.seed === null ? {} : { seed: request.seed }),
    ...(effort === null ? {} : { reasoning: effort }),
    providerOptions,
    abortSignal: request.signal,
  };
}
