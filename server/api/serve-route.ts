import type { IncomingMessage, ServerResponse } from "node:http";
import type { Context, Handler } from "hono";
import { type Answerable, finishAnswer } from "#server/api/answer";
import { corsHeaders, preflightHeaders } from "#server/api/cors";
import { answerError } from "#server/api/error-response";
import { readJsonBody } from "#server/api/json-body";
import { admitRequest } from "#server/api/rate-limit";
import type { ApiRequest, ApiRoute } from "#server/api/route";
import { beginTrace, noteRefusal, noteUntraced, type TracedRequest } from "#server/api/trace-request";
import { authenticateBearer } from "#server/auth/authenticate-bearer";
import type { Principal } from "#server/auth/principal";
import { requireScope, requireTeamKey } from "#server/auth/require-scope";
import { config } from "#server/config";
import { AppError, statusOf } from "#server/errors";
import { newTraceId } from "#server/ids";
import { type Dialect, dialectOf } from "#server/protocol/dialect";
import { type MemoryShare, openMemoryShare } from "#server/services/responses/capacity";
import { silentTrace, type TraceRecorder } from "#server/tracing/span";

/** What the server puts beside a request. Empty inside Next. */
export interface ApiBindings {
  Bindings: { incoming?: IncomingMessage; outgoing?: ServerResponse };
}

type ApiContext = Context<ApiBindings>;

/** A request before it is known who asks. */
interface Arrival extends Answerable, TracedRequest {
  dialect: Dialect;
}

function arrive(c: ApiContext, name: string): Arrival {
  const traceId = newTraceId();
  return {
    name,
    traceId,
    dialect: dialectOf(c.req.raw.headers.get("openresponses-version")),
    answerHeaders: { ...corsHeaders(c.req.raw.headers.get("origin")), "x-request-id": traceId },
    outgoing: c.env?.outgoing ?? null,
    startedAt: performance.now(),
  };
}

/** Aborts, with an AppError for a reason, when the caller is gone before its answer is whole. */
function followCaller(raw: Request, outgoing: ServerResponse | null): { signal: AbortSignal; abandon(): void } {
  const controller = new AbortController();
  const abort = () => controller.abort(new AppError("cancelled", "The client closed the connection."));
  if (outgoing) {
    if (outgoing.destroyed) abort();
    outgoing.once("close", () => {
      if (!outgoing.writableFinished) abort();
    });
  } else if (raw.signal.aborted) abort();
  else raw.signal.addEventListener("abort", abort, { once: true });
  return { signal: controller.signal, abandon: abort };
}

/** For routes that need no key: it belongs to no team. */
const anonymous: Principal = { type: "system", teamId: "" };

/** U+FFFD: no database text holds a NUL, so what a path or a query names with one is nothing that exists. */
const NUL_STAND_IN = "%EF%BF%BD";

function namesOf(params: Record<string, string>): Record<string, string> {
  const names: Record<string, string> = {};
  for (const name in params) names[name] = params[name]?.replaceAll("\0", "\ufffd") ?? "";
  return names;
}

interface Admitted {
  principal: Principal;
  trace: TraceRecorder;
  /** Where the body is counted, unless the handler counts it itself. */
  memory: MemoryShare;
}

function requestOf(c: ApiContext, arrival: Arrival, { principal, trace, memory }: Admitted): ApiRequest {
  const { raw } = c.req;
  const incoming = c.env?.incoming ?? null;
  const { signal, abandon } = followCaller(raw, arrival.outgoing);
  return {
    ctx: { principal, trace, signal },
    dialect: arrival.dialect,
    params: namesOf(c.req.param()),
    get query() {
      return new URL(raw.url.replaceAll("%00", NUL_STAND_IN)).searchParams;
    },
    headers: raw.headers,
    json: (onBytes = memory.hold) => readJsonBody({ raw, incoming, maxBytes: config().MAX_JSON_BODY_BYTES, onBytes }),
    raw,
    incoming,
    outgoing: arrival.outgoing,
    answerHeaders: arrival.answerHeaders,
    abandon,
    startedAt: arrival.startedAt,
  };
}

function noteSuccess(arrival: Arrival, trace: TraceRecorder | null, response: Response): void {
  if (!trace) {
    noteUntraced(arrival, response.status);
    return;
  }
  // A web stream goes on after this; whoever feeds it ends the trace.
  if (response.headers.get("content-type")?.startsWith("text/event-stream")) return;
  trace.set({ httpStatus: response.status });
  trace.end({ status: "ok" });
}

/** Runs one route: who asks, may they, may they now; then the handler; and every error in one shape. */
export function serveRoute(route: ApiRoute): Handler<ApiBindings> {
  return async (c) => {
    const arrival = arrive(c, `${route.method} ${route.path}`);
    const memory = openMemoryShare();
    let principal: Principal | null = null;
    let trace: TraceRecorder | null = null;
    try {
      principal = route.scope === null ? anonymous : await authenticateBearer(c.req.raw.headers.get("authorization"));
      if (route.traced) trace = beginTrace(arrival, principal);
      if (route.scope !== null) requireScope(principal, route.scope);
      if (route.teamOnly) requireTeamKey(principal);
      admitRequest(principal, arrival.answerHeaders);
      const ctxTrace = trace ?? { ...silentTrace, traceId: arrival.traceId, dropContent: () => (arrival.quiet = true) };
      const response = await route.handle(requestOf(c, arrival, { principal, trace: ctxTrace, memory }));
      noteSuccess(arrival, trace, response);
      return finishAnswer(arrival, response);
    } catch (error) {
      noteRefusal(arrival, { principal, trace, error });
      return answerError(arrival, error, arrival.dialect);
    } finally {
      memory.leave();
    }
  };
}

/** Answers a preflight. */
export function answerPreflight(c: ApiContext): Response {
  const headers = preflightHeaders(c.req.raw.headers.get("access-control-request-headers"));
  return new Response(null, { status: 204, headers: { ...headers, "x-request-id": newTraceId() } });
}

/** 405, naming what the path allows. */
export function answerMethodNotAllowed(routes: readonly ApiRoute[], path: string): Handler<ApiBindings> {
  const methods = routes.filter((route) => route.path === path).map((route) => route.method);
  const allow = [...methods, ...(methods.includes("GET") ? ["HEAD"] : []), "OPTIONS"].join(", ");
  return (c) => {
    const arrival = arrive(c, path);
    arrival.answerHeaders.allow = allow;
    const message = `Not allowed to ${c.req.method} on ${c.req.path}. Allowed: ${allow}.`;
    noteUntraced(arrival, statusOf("method_not_allowed"));
    return answerError(arrival, new AppError("method_not_allowed", message), arrival.dialect);
  };
}

/** 404 for a path that the route table does not know. */
export function answerUnknownRoute(c: ApiContext): Response {
  const arrival = arrive(c, "unknown path");
  const error = new AppError("route_not_found", `Invalid URL (${c.req.method} ${c.req.path})`, { wireCode: null });
  noteUntraced(arrival, statusOf(error.code));
  return answerError(arrival, error, arrival.dialect);
}
