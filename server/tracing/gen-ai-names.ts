import type { SpanKind } from "#server/tracing/span";

/**
 * Our attribute names and what OpenTelemetry's GenAI conventions call them. The conventions are still in development,
 * so they stand in this file only and are applied when a trace is exported.
 * Source: OpenTelemetry semantic-conventions-genai, https://opentelemetry.io/docs/specs/semconv/gen-ai/
 *
 * `safe` names are known to hold no content: their texts are kept even where a run keeps no content.
 */
const ATTRIBUTES: Record<string, { otel: string | null; safe: boolean }> = {
  provider: { otel: "gen_ai.provider.name", safe: true },
  providerKind: { otel: null, safe: true },
  connection: { otel: "rejoinder.connection", safe: true },
  model: { otel: "gen_ai.request.model", safe: true },
  requestedModel: { otel: "gen_ai.request.model", safe: true },
  servedModel: { otel: "gen_ai.response.model", safe: true },
  modelId: { otel: "gen_ai.response.model", safe: true },
  embeddingModel: { otel: "gen_ai.request.model", safe: true },
  dimensions: { otel: "gen_ai.embeddings.dimension.count", safe: true },
  responseId: { otel: "gen_ai.response.id", safe: true },
  previousResponseId: { otel: null, safe: true },
  conversationId: { otel: "gen_ai.conversation.id", safe: true },
  finishReason: { otel: "gen_ai.response.finish_reasons", safe: true },
  stream: { otel: "gen_ai.request.stream", safe: true },
  maxOutputTokens: { otel: "gen_ai.request.max_tokens", safe: true },
  temperature: { otel: "gen_ai.request.temperature", safe: true },
  topP: { otel: "gen_ai.request.top_p", safe: true },
  presencePenalty: { otel: "gen_ai.request.presence_penalty", safe: true },
  frequencyPenalty: { otel: "gen_ai.request.frequency_penalty", safe: true },
  inputTokens: { otel: "gen_ai.usage.input_tokens", safe: true },
  cachedTokens: { otel: "gen_ai.usage.cache_read.input_tokens", safe: true },
  outputTokens: { otel: "gen_ai.usage.output_tokens", safe: true },
  reasoningTokens: { otel: "gen_ai.usage.reasoning.output_tokens", safe: true },
  costUsd: { otel: "rejoinder.cost.usd", safe: true },
  tool: { otel: "gen_ai.tool.name", safe: true },
  toolName: { otel: "gen_ai.tool.name", safe: true },
  callId: { otel: "gen_ai.tool.call.id", safe: true },
  savedToolId: { otel: "rejoinder.saved_tool.id", safe: true },
  vectorStoreId: { otel: "gen_ai.data_source.id", safe: true },
  vectorStoreIds: { otel: "gen_ai.data_source.id", safe: true },
  fileId: { otel: "rejoinder.file.id", safe: true },
  fileIds: { otel: "rejoinder.file.id", safe: true },
  attempts: { otel: null, safe: false },
  alias: { otel: null, safe: true },
  target: { otel: null, safe: true },
  breaker: { otel: null, safe: true },
  status: { otel: null, safe: true },
  errorCode: { otel: "error.type", safe: true },
  code: { otel: "error.type", safe: true },
  httpStatus: { otel: "http.response.status_code", safe: true },
  method: { otel: "http.request.method", safe: true },
  route: { otel: "http.route", safe: true },
  path: { otel: "http.route", safe: true },
  dialect: { otel: "rejoinder.dialect", safe: true },
  requestId: { otel: null, safe: true },
  apiKeyId: { otel: "rejoinder.api_key.id", safe: true },
  keyId: { otel: "rejoinder.api_key.id", safe: true },
  principal: { otel: "rejoinder.principal", safe: true },
  mode: { otel: null, safe: true },
  step: { otel: null, safe: true },
  id: { otel: null, safe: true },
};

/** Content that is exported under a name of the conventions when the run kept it. */
const CONTENT: Record<string, string> = {
  instructions: "gen_ai.system_instructions",
  input: "gen_ai.input.messages",
  output: "gen_ai.output.messages",
  tools: "gen_ai.tool.definitions",
  arguments: "gen_ai.tool.call.arguments",
  result: "gen_ai.tool.call.result",
  query: "gen_ai.retrieval.query.text",
  queries: "gen_ai.retrieval.query.text",
  chunks: "gen_ai.retrieval.documents",
  results: "gen_ai.retrieval.documents",
};

/** `gen_ai.provider.name` of our provider kinds and environment connections. */
const PROVIDERS: Record<string, string> = {
  openai: "openai",
  anthropic: "anthropic",
  google: "gcp.gemini",
  gemini: "gcp.gemini",
  vertex: "gcp.vertex_ai",
  bedrock: "aws.bedrock",
  groq: "groq",
  mistral: "mistral_ai",
  deepseek: "deepseek",
  xai: "x_ai",
};

const OPERATIONS: Record<SpanKind, string> = {
  gateway: "invoke_agent",
  model: "chat",
  tool: "execute_tool",
  retrieval: "retrieval",
  storage: "",
};

/** OpenTelemetry's span kinds: SERVER 2, CLIENT 3, INTERNAL 1. */
const KINDS: Record<SpanKind, number> = { gateway: 2, model: 3, tool: 1, retrieval: 1, storage: 1 };

/** True when texts under this attribute name are never content. */
export function isSafeAttribute(name: string): boolean {
  return ATTRIBUTES[name]?.safe ?? false;
}

/** The conventions' name of one of our attributes; our own ones get the prefix `rejoinder.`. */
export function otelAttributeName(name: string): string {
  return ATTRIBUTES[name]?.otel ?? `rejoinder.${name}`;
}

/** The conventions' name of a part of a span's content, or null when they have none. */
export function otelContentName(name: string): string | null {
  return CONTENT[name] ?? null;
}

/** The conventions' name of a provider; unknown ones keep their own. */
export function otelProviderName(provider: string): string {
  return PROVIDERS[provider] ?? provider;
}

/** `gen_ai.operation.name` of a span kind, empty when it is no GenAI operation. */
export function otelOperation(kind: SpanKind): string {
  return OPERATIONS[kind];
}

/** The number of OTLP's span kind. */
export function otelSpanKind(kind: SpanKind): number {
  return KINDS[kind];
}
