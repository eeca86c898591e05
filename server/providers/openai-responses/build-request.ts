import type { VendorTool } from "#server/protocol/vendor-tools";
import { convertInput, type ItemIds } from "#server/providers/openai-responses/convert-input";
import type { Quirks } from "#server/providers/openai-responses/quirks";
import type { ModelRequest, ModelTextFormat, ModelTool } from "#server/providers/provider";
import { type JsonObject, objectOf } from "#server/providers/shared/json";

/** Fewer are refused; what of a response's limit is left for a later call may be fewer. */
const MIN_OUTPUT_TOKENS = 16;

/** Fields that the server need not have: they are left out once it has refused them. */
export const OPTIONAL_FIELDS = [
  ...(["include", "store", "stream_options", "prompt_cache_key", "safety_identifier"] as const),
  ...(["prompt_cache_retention", "prompt_cache_options", "user"] as const),
];
export type OptionalField = (typeof OPTIONAL_FIELDS)[number];

export interface RequestOptions {
  quirks: Quirks;
  ids: ItemIds;
  /** Left out: the server has refused them before. */
  refused: ReadonlySet<OptionalField>;
}

function toTool({ name, description, parameters, strict, custom, passed }: ModelTool): JsonObject {
  const about = { name, ...(description === null ? {} : { description }), ...passed };
  return custom ? { type: "custom", ...about, format: custom } : { type: "function", ...about, parameters, strict };
}

function toToolRef(name: string, tools: readonly ModelTool[]): JsonObject {
  const custom = tools.some((tool) => tool.name === name && tool.custom);
  return { type: custom ? "custom" : "function", name };
}

function toVendorRef({ type, server_label, name }: VendorTool): JsonObject {
  return type === "namespace" ? { type, name } : { type, server_label };
}

function toToolChoice(request: ModelRequest, quirks: Quirks): unknown {
  const { toolChoice: choice, tools } = request;
  switch (choice.type) {
    case "tool":
      return toToolRef(choice.name, tools);
    case "vendor_tool":
      return choice.ref;
    case "allowed": {
      const own = tools.filter((tool) => choice.names.includes(tool.name)).map((tool) => toToolRef(tool.name, tools));
      // What the vendor runs itself and is not allowed has not been sent at all.
      const theirs = (request.vendorTools?.tools ?? []).map(toVendorRef);
      if (!quirks.allowedTools) return choice.mode;
      return { type: "allowed_tools", mode: choice.mode, tools: [...own, ...theirs] };
    }
    default:
      return choice.type;
  }
}

function toolsOf(request: ModelRequest, quirks: Quirks): JsonObject {
  const { tools, toolChoice: choice, vendorTools, parallelToolCalls } = request;
  const open =
    choice.type === "allowed" && !quirks.allowedTools
      ? tools.filter((tool) => choice.names.includes(tool.name))
      : tools;
  const all = [...open.map(toTool), ...(vendorTools?.tools ?? [])];
  if (all.length === 0) return {};
  return {
    tools: all,
    tool_choice: toToolChoice(request, quirks),
    ...(parallelToolCalls ? {} : { parallel_tool_calls: false }),
    ...(vendorTools && vendorTools.maxCalls !== null ? { max_tool_calls: vendorTools.maxCalls } : {}),
  };
}

function toText(format: ModelTextFormat, verbosity: ModelRequest["verbosity"]): JsonObject | null {
  const fields: JsonObject = verbosity === null ? {} : { verbosity };
  if (format.type === "text") return verbosity === null ? null : fields;
  if (format.type === "json_object") return { format: { type: "json_object" }, ...fields };
  const { description, ...rest } = format;
  return { format: { ...rest, ...(description === null ? {} : { description }) }, ...fields };
}

/** `fields` without those that are null: what the caller did not say is the vendor's to decide. */
function withoutNulls(fields: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

function reasoningOf({ reasoning, passed }: ModelRequest): JsonObject | null {
  const said = { ...withoutNulls({ ...reasoning }), ...objectOf(passed?.reasoning) };
  return Object.keys(said).length > 0 ? said : null;
}

/**
 * What to send beside the answer. Reasoning is always asked for in its encrypted form: this server keeps the
 * conversation, so the vendor need not.
 */
function includesOf(request: ModelRequest, refused: ReadonlySet<OptionalField>): string[] | null {
  const include = [
    ...(refused.has("include") ? [] : ["reasoning.encrypted_content"]),
    ...(request.topLogprobs === null ? [] : ["message.output_text.logprobs"]),
    ...(request.vendorTools?.include ?? []),
  ];
  return include.length > 0 ? include : null;
}

/** The body of `POST /responses`, always streaming, and stored nowhere but here. */
export function buildResponsesRequest(modelId: string, request: ModelRequest, options: RequestOptions): JsonObject {
  const { quirks, ids, refused } = options;
  const optional = withoutNulls({
    store: false,
    stream_options: quirks.padsDeltas ? { include_obfuscation: false } : null,
    prompt_cache_key: request.promptCacheKey,
    safety_identifier: request.safetyIdentifier,
    prompt_cache_retention: request.passed?.prompt_cache_retention ?? null,
    prompt_cache_options: request.passed?.prompt_cache_options ?? null,
    user: request.passed?.user ?? null,
  });
  const sent = Object.entries(optional).filter(
    ([name]) => !OPTIONAL_FIELDS.some((field) => field === name && refused.has(field)),
  );
  return {
    model: modelId,
    input: convertInput(request.input, quirks, ids),
    stream: true,
    ...Object.fromEntries(sent),
    ...toolsOf(request, quirks),
    ...withoutNulls({
      instructions: request.instructions,
      include: includesOf(request, refused),
      text: toText(request.format, request.verbosity),
      reasoning: reasoningOf(request),
      max_output_tokens: request.maxOutputTokens === null ? null : Math.max(MIN_OUTPUT_TOKENS, request.maxOutputTokens),
      temperature: request.temperature,
      top_p: request.topP,
      presence_penalty: request.presencePenalty,
      frequency_penalty: request.frequencyPenalty,
      top_logprobs: request.topLogprobs || null,
      service_tier: request.serviceTier,
      moderation: request.passed?.moderation ?? null,
    }),
  };
}
