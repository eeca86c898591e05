import { type Answerable, answerJson } from "#server/api/answer";
import { type AppError, statusOf, toWireError } from "#server/errors";
import { errorFacts, log } from "#server/log";
import type { Dialect } from "#server/protocol/dialect";
import { toErrorBody } from "#server/protocol/error";
import { toKnownError } from "#server/services/known-error";

/** The headers that say when to try again; none when the error does not say. */
export function retryHeaders(error: AppError): Record<string, string> {
  if (error.retryAfterMs === null) return {};
  const ms = Math.max(1, Math.ceil(error.retryAfterMs));
  return { "retry-after": String(Math.ceil(ms / 1000)), "retry-after-ms": String(ms) };
}

/** Notes an error in the log when it is this server's own. */
export function logUnexpected(error: AppError, requestId: string | undefined): void {
  if (error.code === "internal_error") log().error({ requestId, ...errorFacts(error) }, "request failed");
}

/** Answers with an error in the dialect's shape. What is not an AppError answers 500 and says nothing of itself. */
export function answerError(request: Answerable, thrown: unknown, dialect: Dialect): Response {
  const error = toKnownError(thrown);
  logUnexpected(error, request.answerHeaders["x-request-id"]);
  Object.assign(request.answerHeaders, retryHeaders(error));
  // The rest of its body may never come, so nothing else can on this connection.
  if (error.code === "request_timeout") request.answerHeaders.connection = "close";
  return answerJson(request, toErrorBody(toWireError(error), dialect), statusOf(error.code));
}
