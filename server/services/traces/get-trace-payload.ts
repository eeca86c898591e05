import { findPayloads } from "#server/db/traces";
import type { ServiceContext } from "#server/services/context";
import { isTraceId, traceNotFound } from "#server/services/traces/trace-range";
import { contentToJson } from "#server/tracing/content";

/** Characters of JSON that are shown unless the whole is asked for. */
const SHOWN_LENGTH = 256 * 1024;
const SPAN_ID = /^(?:[0-9a-f]{32})?[0-9a-f]{16}$/;

export interface TracePayload {
  /** By name: request, input, output, response, events, … of a trace; arguments, result, chunks, … of a span. */
  content: Record<string, unknown> | null;
  /** Characters of the stored JSON. */
  length: number;
  /** True when `content` is a shortened form; ask again with `whole`. */
  shortened: boolean;
}

/**
 * Content of a trace, or of one of its spans. `content` is null where none is kept.
 * Throws not_found for ids that are none; unknown and foreign ones have no content.
 */
export async function getTracePayload({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { traceId: string; spanId?: string | undefined; whole?: boolean | undefined };
}): Promise<TracePayload> {
  const { traceId, spanId } = input;
  if (!isTraceId(traceId) || (spanId !== undefined && !SPAN_ID.test(spanId))) throw traceNotFound(traceId);
  const id = spanId === undefined ? traceId : traceId + spanId.slice(-16);
  const [payload] = await findPayloads(ctx.principal.teamId, { from: id, to: `${id}0` });
  if (!payload) return { content: null, length: 0, shortened: false };
  const whole: Record<string, unknown> = JSON.parse(payload.body);
  const { length } = payload.body;
  if (length <= SHOWN_LENGTH || input.whole) return { content: whole, length, shortened: false };
  return { content: JSON.parse(contentToJson(whole, SHOWN_LENGTH)), length, shortened: true };
}
