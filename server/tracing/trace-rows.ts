import type { PayloadRow, SpanRow, TraceBatch, TraceRow } from "#server/db/trace-writes";
import { cleanAttributes, cleanText, contentToJson, previewOf, toJson } from "#server/tracing/content";
import type { EventRun, SpanRecord, TraceRecord } from "#server/tracing/trace-record";

/** Characters of one payload as JSON: above it long texts and lists in it are shortened. */
const PAYLOAD_LENGTH = 2 * 1024 * 1024;
const NAME_LENGTH = 200;
const MESSAGE_LENGTH = 2_000;
const LIST_LENGTH = 100;

/** Finished and running traces as rows of the three trace tables, cleaned of secrets, binary parts and broken text. */
export function toTraceBatch(finished: TraceRecord[], running: TraceRecord[], seenAt: number): TraceBatch {
  const batch: TraceBatch = { traces: [], spans: [], payloads: [] };
  for (const record of running) batch.traces.push(toTraceRow(record, seenAt));
  for (const record of finished) {
    batch.traces.push(toTraceRow(record, seenAt));
    const payload = toTracePayload(record);
    if (payload) batch.payloads.push(payload);
    for (const span of record.spans) {
      batch.spans.push(toSpanRow(record, span));
      if (span.content && record.keepsContent) {
        batch.payloads.push({
          team_id: record.teamId,
          id: record.id + span.id,
          body: contentToJson(span.content, PAYLOAD_LENGTH),
        });
      }
    }
  }
  return batch;
}

function toTraceRow(record: TraceRecord, seenAt: number): TraceRow {
  const { facts } = record;
  return {
    team_id: record.teamId,
    id: record.id,
    name: cleanText(facts.name ?? "", NAME_LENGTH),
    status: record.status,
    error_code: record.errorCode ?? undefined,
    error_message: record.keepsContent ? shorten(record.errorMessage, MESSAGE_LENGTH) : undefined,
    http_status: facts.httpStatus,
    response_id: shorten(facts.responseId),
    conversation_id: shorten(facts.conversationId),
    requested_model: shorten(facts.requestedModel),
    served_model: shorten(facts.servedModel),
    provider: shorten(facts.provider),
    api_key_id: facts.apiKeyId,
    user_id: facts.userId,
    input_tokens: wholeNumber(facts.inputTokens),
    cached_tokens: wholeNumber(facts.cachedTokens),
    output_tokens: wholeNumber(facts.outputTokens),
    reasoning_tokens: wholeNumber(facts.reasoningTokens),
    cost_usd: facts.costUsd ?? undefined,
    unpriced: facts.costUsd === null,
    time_to_first_token_ms: facts.timeToFirstTokenMs,
    duration_ms: record.durationMs ?? undefined,
    tool_names: shortList(facts.toolNames),
    vector_store_ids: shortList(facts.vectorStoreIds),
    input_preview: facts.inputPreview === undefined ? undefined : previewOf(facts.inputPreview),
    output_preview: facts.outputPreview === undefined ? undefined : previewOf(facts.outputPreview),
    started_ms: record.startedAt,
    ended_ms: record.durationMs === null ? undefined : record.startedAt + record.durationMs,
    seen_ms: seenAt,
    has_content: record.keepsContent,
  };
}

function toSpanRow(record: TraceRecord, span: SpanRecord): SpanRow {
  return {
    team_id: record.teamId,
    id: record.id + span.id,
    parent_id: span.parentId ? record.id + span.parentId : undefined,
    name: cleanText(span.name, NAME_LENGTH),
    kind: span.kind,
    status: span.status,
    error_code: span.errorCode ?? undefined,
    error_message: record.keepsContent ? shorten(span.errorMessage, MESSAGE_LENGTH) : undefined,
    started_ms: record.startedAt + span.offsetMs,
    offset_ms: toMicroseconds(span.offsetMs),
    duration_ms: toMicroseconds(span.durationMs),
    first_token_ms: span.firstTokenMs === null ? undefined : toMicroseconds(span.firstTokenMs),
    attributes: cleanAttributes(span.attributes, record.keepsContent),
  };
}

/** The trace's own payload: its content when kept, and the event types, which are none. */
function toTracePayload(record: TraceRecord): PayloadRow | null {
  const content = record.keepsContent ? record.content : null;
  if (!content && record.events.length === 0) return null;
  const events = toJson(record.events.map(roundEvent));
  const kept = content ? contentToJson(content, PAYLOAD_LENGTH) : "{}";
  const body = `${kept.slice(0, -1)}${kept === "{}" ? "" : ","}"events":${events}}`;
  return { team_id: record.teamId, id: record.id, body };
}

function roundEvent(run: EventRun): EventRun {
  return { ...run, firstMs: toMicroseconds(run.firstMs), lastMs: toMicroseconds(run.lastMs) };
}

function shorten(text: string | null | undefined, limit = NAME_LENGTH): string | undefined {
  return text === null || text === undefined ? undefined : cleanText(text, limit);
}

function shortList(texts: string[] | undefined): string[] | undefined {
  return texts?.slice(0, LIST_LENGTH).map((text) => cleanText(text, NAME_LENGTH));
}

function wholeNumber(value: number | undefined): number | undefined {
  return value === undefined || !Number.isFinite(value) ? undefined : Math.min(Math.round(value), 2_147_483_647);
}

function toMicroseconds(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
