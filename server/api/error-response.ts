import { type Answerable, answerJson } from "#server/api/answer";
import { type AppError, statusOf, toWireError } from "#server/errors";
import { errorFacts, log } from "#server/log";
import type { Dialect } from "#server/protocol/dialect";
import { toErrorBody } from "#server/protocol/error";
import { toKnownError } from "#server/services/known-error";

function retryHeaders(error: AppError): Record<string, string> {
  if (error.retryAfterMs === null) return {};
  const ms = Math.max(1, Math.ceil(error.retryAfterMs));
  return { "retry-after": String(Math.ceil(ms / 1000)), "retry-after-ms": String(ms) };
}

/** Answers with an error in the dialect's shape. What is not an AppError answers 500 and says nothing of itself. */
export function answerError(request: Answerable, thrown: unknown, dialect: Dialect): Response {
  const error = toKnownError(thrown);
  if (error.code === "internal_error") {
    log().error({ requestId: request.answerHeaders["x-request-id"], ...errorFacts(error) }, "request failed");
  }
  Object.assign(request.answerHeaders, retryHeaders(error));
  return answerJson(request, toErrorBody(toWireError(error), dialect), statusOf(error.code));
}
