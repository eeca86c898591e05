import { convertInput } from "#server/providers/openai-compatible/convert-input";
import { convertTools } from "#server/providers/openai-compatible/convert-tools";
import type { Quirks } from "#server/providers/openai-compatible/quirks";
import type { ModelRequest, ModelTextFormat } from "#server/providers/provider";

function toResponseFormat(format: ModelTextFormat): Record<string, unknown> | null {
  if (format.type === "text") return null;
  if (format.type === "json_object") return { type: "json_object" };
  const { name, description, schema, strict } = format;
  return {
    type: "json_schema",
    json_schema: { name, ...(description === null ? {} : { description }), schema, strict },
  };
}

/** `fields` without those that are null: what the caller did not say is the vendor's to decide. */
function withoutNulls(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

/** What the caller said to OpenAI alone; `reasoning` is the other wire's. */
function passedOf({ passed = {} }: ModelRequest): Record<string, unknown> {
  const { reasoning: _, ...fields } = passed;
  return fields;
}

/** The body of `POST /chat/completions`, always streaming. */
export function buildChatRequest(modelId: string, request: ModelRequest, quirks: Quirks): Record<string, unknown> {
  return {
    model: modelId,
    messages: convertInput(request.input, request.instructions, quirks),
    stream: true,
    ...(quirks.streamOptions ? { stream_options: { include_usage: true } } : {}),
    ...convertTools(request, quirks),
    ...withoutNulls({
      response_format: toResponseFormat(request.format),
      [quirks.maxTokensField]: request.maxOutputTokens,
      temperature: request.temperature,
      top_p: request.topP,
      presence_penalty: request.presencePenalty,
      frequency_penalty: request.frequencyPenalty,
      logprobs: request.topLogprobs === null ? null : true,
      top_logprobs: request.topLogprobs,
      stop: request.stop,
      seed: request.seed,
      logit_bias: request.logitBias,
      reasoning_effort: request.reasoning?.effort ?? null,
      // Medium is the default everywhere, and few servers know the field.
      verbosity: request.verbosity === "medium" ? null : request.verbosity,
      service_tier: request.serviceTier,
      prompt_cache_key: request.promptCacheKey,
      safety_identifier: request.safetyIdentifier,
    }),
    ...passedOf(request),
  };
}
