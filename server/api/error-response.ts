import { type Answerable, answerJson } from "#server/api/answer";
import { type AppError, statusOf, toWireError } from "#server/errors";
import { log } from "#server/log";
import type { Dialect } from "#server/protocol/dialect";
import { toErrorBody } from "#server/protocol/error";
import { toKnownError } from "#server/services/known-error";

function retryHeaders(error: AppError): Record<string, string> {
  if (error.retryAfterMs === null) return {};
  const ms = Math.max(1, Math.ceil(error.retryAfterMs));
  return { "retry-after": String(Math.ceil(ms / 1000)), "retry-after-ms": String(ms) };
}

/** Notes an error that is ours in the log: its name and place, never its message, which may quote content. */
export function logUnexpected(error: unknown, requestId: string | undefined): void {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) {
    log().error({ requestId, thrown: typeof cause }, "request failed");
    return;
  }
  const frames = (cause.stack ?? "").split("\n").filter((line) => line.startsWith("    at "));
  const code = "code" in cause ? String(cause.code) : undefined;
  log().error({ requestId, name: cause.name, code, stack: frames.slice(0, 12).join("\n") }, "request failed");
}

/** Answers with an error in the dialect's shape. What is not an AppError answers 500 and says nothing of itself. */
export function answerError(request: Answerable, thrown: unknown, dialect: Dialect): Response {
  const error = toKnownError(thrown);
  if (error.code === "internal_error") logUnexpected(error, request.answerHeaders["x-request-id"]);
  Object.assign(request.answerHeaders, retryHeaders(error));
  return answerJson(request, toErrorBody(toWireError(error), dialect), statusOf(error.code));
}
