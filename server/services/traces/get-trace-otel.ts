import { findPayloads, findSpans, findTraceRows, type StoredSpan, type TraceListRow } from "#server/db/traces";
import type { ServiceContext } from "#server/services/context";
import { isTraceId, traceNotFound } from "#server/services/traces/trace-range";
import { contentToJson } from "#server/tracing/content";
import {
  otelAttributeName,
  otelContentName,
  otelOperation,
  otelProviderName,
  otelSpanKind,
} from "#server/tracing/gen-ai-names";
import type { SpanKind } from "#server/tracing/span";

/** Characters of one content attribute. */
const CONTENT_LENGTH = 256 * 1024;

export type OtelValue =
  | { stringValue: string }
  | { boolValue: boolean }
  | { intValue: string }
  | { doubleValue: number }
  | { arrayValue: { values: OtelValue[] } };

export interface OtelAttribute {
  key: string;
  value: OtelValue;
}

export interface OtelSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: OtelAttribute[];
  status: { code: number; message?: string };
}

/** An OTLP/JSON `ExportTraceServiceRequest` of one trace. */
export interface OtelTrace {
  resourceSpans: [
    { resource: { attributes: OtelAttribute[] }; scopeSpans: [{ scope: { name: string }; spans: OtelSpan[] }] },
  ];
}

/**
 * A trace as OTLP JSON under OpenTelemetry's GenAI names, with content where it is kept.
 * Throws not_found for unknown and foreign ids.
 */
export async function getTraceOtel({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { traceId: string };
}): Promise<OtelTrace> {
  const { traceId } = input;
  if (!isTraceId(traceId)) throw traceNotFound(traceId);
  const { teamId } = ctx.principal;
  const [[trace], spans, payloads] = await Promise.all([
    findTraceRows(teamId, [traceId]),
    findSpans(teamId, traceId),
    findPayloads(teamId, { from: traceId, to: `${traceId}g` }),
  ]);
  if (!trace) throw traceNotFound(traceId);
  const contents = new Map(payloads.map((payload) => [payload.id, payload.body]));
  const exported = spans.map((span) => {
    const isRoot = span.parentId === null;
    const content = contents.get(isRoot ? traceId : span.id);
    const attributes = { ...(isRoot ? factsOf(trace) : {}), ...span.attributes };
    return toOtelSpan(trace, span, [
      ...toAttributes(span.kind as SpanKind, attributes),
      ...toContentAttributes(content),
    ]);
  });
  const resource = { attributes: [attribute("service.name", "rejoinder")] };
  return { resourceSpans: [{ resource, scopeSpans: [{ scope: { name: "rejoinder" }, spans: exported }] }] };
}

function toOtelSpan(trace: TraceListRow, span: StoredSpan, attributes: OtelAttribute[]): OtelSpan {
  const startMs = trace.startedAt.getTime() + span.offsetMs;
  if (span.firstTokenMs !== null) {
    const seconds = (span.firstTokenMs - span.offsetMs) / 1000;
    attributes.push({ key: "gen_ai.response.time_to_first_chunk", value: { doubleValue: seconds } });
  }
  if (span.errorCode !== null) attributes.push(attribute("error.type", span.errorCode));
  return {
    traceId: trace.id,
    spanId: span.id.slice(32),
    ...(span.parentId === null ? {} : { parentSpanId: span.parentId.slice(32) }),
    name: span.name,
    kind: otelSpanKind(span.kind as SpanKind),
    startTimeUnixNano: toNano(startMs),
    endTimeUnixNano: toNano(startMs + span.durationMs),
    attributes,
    status: {
      code: span.status === "ok" ? 1 : 2,
      ...(span.errorMessage === null ? {} : { message: span.errorMessage }),
    },
  };
}

function factsOf(trace: TraceListRow): Record<string, unknown> {
  const { requestedModel, servedModel, provider, responseId, apiKeyId, httpStatus, costUsd } = trace;
  const { inputTokens, cachedTokens, outputTokens, reasoningTokens } = trace;
  const usage = { inputTokens, cachedTokens, outputTokens, reasoningTokens, costUsd };
  return { requestedModel, servedModel, provider, responseId, apiKeyId, httpStatus, ...usage };
}

function toAttributes(kind: SpanKind, attributes: Record<string, unknown>): OtelAttribute[] {
  const named = new Map<string, OtelAttribute>();
  const operation = otelOperation(kind);
  if (operation) named.set("gen_ai.operation.name", attribute("gen_ai.operation.name", operation));
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined) continue;
    const name = otelAttributeName(key);
    named.set(name, attribute(name, key === "provider" ? otelProviderName(String(value)) : value));
  }
  return [...named.values()];
}

function toContentAttributes(body: string | undefined): OtelAttribute[] {
  if (body === undefined) return [];
  const content: Record<string, unknown> = JSON.parse(body);
  const attributes: OtelAttribute[] = [];
  for (const [key, value] of Object.entries(content)) {
    const name = otelContentName(key);
    if (name === null) continue;
    const text =
      typeof value === "string" ? value : contentToJson({ value }, CONTENT_LENGTH).slice('{"value":'.length, -1);
    attributes.push(attribute(name, text));
  }
  return attributes;
}

function attribute(key: string, value: unknown): OtelAttribute {
  return { key, value: toValue(value) };
}

function toValue(value: unknown): OtelValue {
  if (typeof value === "boolean") return { boolValue: value };
  if (typeof value === "number") return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  if (typeof value === "string") return { stringValue: value };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(toValue) } };
  return { stringValue: JSON.stringify(value) };
}

/** Nanoseconds as text: epoch milliseconds with fractions do not fit a double's integers. */
function toNano(epochMs: number): string {
  const whole = Math.floor(epochMs);
  return (BigInt(whole) * 1_000_000n + BigInt(Math.round((epochMs - whole) * 1_000_000))).toString();
}
