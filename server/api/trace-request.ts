import { noteRequest } from "#server/api/request-log";
import type { Principal } from "#server/auth/principal";
import { statusOf } from "#server/errors";
import { toKnownError } from "#server/services/known-error";
import { startTrace } from "#server/tracing/recorder";
import type { TraceRecorder } from "#server/tracing/span";

/** A request as its trace, or its line in the log, begins. */
export interface TracedRequest {
  /** What the list of traces shows: `POST /v1/responses`. Never a path as the caller wrote it. */
  name: string;
  traceId: string;
  /** When it came in, on `performance.now()`. */
  startedAt: number;
  /** True: its trace, should it be refused, keeps no content. */
  quiet?: boolean;
}

/** What is left behind by a request that never came to its handler, or failed there. */
export interface Refusal {
  principal: Principal | null;
  trace: TraceRecorder | null;
  error: unknown;
}

/** Begins the trace of a request whose caller is known. Ended when the request is answered. */
export function beginTrace({ name, traceId, startedAt }: TracedRequest, principal: Principal): TraceRecorder {
  const trace = startTrace({
    traceId,
    teamId: principal.teamId,
    name,
    keepsContent: principal.type !== "apiKey" || principal.logContent,
    startedAt,
    ...(principal.type === "apiKey" ? { apiKeyId: principal.keyId } : {}),
  });
  const span = trace.startSpan({ name: "authenticate", kind: "gateway", startedAt });
  span.set({ principal: principal.type });
  span.end();
  return trace;
}

/** Notes a request that leaves no trace. */
export function noteUntraced({ name, traceId, startedAt }: TracedRequest, status: number): void {
  noteRequest({ requestId: traceId, route: name, status, startedAt });
}

/** Every refused request whose team is known leaves a trace; the others are noted in the log. */
export function noteRefusal(request: TracedRequest, { principal, trace, error }: Refusal): void {
  const { code, message } = toKnownError(error);
  if (!principal || principal.teamId === "") {
    noteUntraced(request, statusOf(code));
    return;
  }
  const refused = trace ?? beginTrace(request, principal);
  if (request.quiet) refused.dropContent();
  refused.set({ httpStatus: statusOf(code) });
  refused.end({ status: code === "cancelled" ? "cancelled" : "error", error: { code, message } });
}
