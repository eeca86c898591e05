import { AppError, isAppError } from "#server/errors";
import type { Connection } from "#server/providers/provider";
import { type JsonObject, objectOf, stringOf } from "#server/providers/shared/json";
import { isTooLong, redact, toProviderError } from "#server/providers/shared/upstream-error";

/** An error as servers send it: nested, or flat as the published schema has it. */
function errorIn(event: JsonObject): JsonObject {
  return objectOf(event.error) ?? event;
}

function messageIn(error: JsonObject): string {
  return stringOf(error.message) ?? "";
}

/** True for a fault that the server finds in the request itself. */
function blamesRequest(error: JsonObject): boolean {
  return error.type === "invalid_request_error" && error.code !== "insufficient_quota";
}

/**
 * The AppError of an `error` event or a failed response, in the server's own words: `context_length_exceeded`,
 * `invalid_request` or `provider_error`, with the server's code, type and parameter.
 */
export function toResponseError(event: JsonObject, connection: Connection): AppError {
  const error = errorIn(event);
  const said = messageIn(error);
  const code = stringOf(error.code);
  const detail = { provider: connection.name, status: null, body: redact(JSON.stringify(error), connection) };
  if (code === "context_length_exceeded" || isTooLong(said)) {
    return toProviderError({ status: 400, body: "context length exceeded", retryAfterMs: null }, connection);
  }
  const message = redact(said, connection) || `The provider "${connection.name}" failed.`;
  const param = stringOf(error.param);
  const type = stringOf(error.type);
  const wireType = type === null || type === "error" ? {} : { wireType: type };
  return new AppError(blamesRequest(error) ? "invalid_request" : "provider_error", message, {
    ...wireType,
    ...(param === null ? {} : { param }),
    ...(code === null ? {} : { wireCode: code }),
    detail,
  });
}

/** What a server wrote when it refused a request; null for any other failure. */
export function refusalOf(failure: unknown): JsonObject | null {
  if (!isAppError(failure) || typeof failure.detail.body !== "string") return null;
  try {
    const body = objectOf(JSON.parse(failure.detail.body));
    return body && errorIn(body);
  } catch {
    return { message: failure.detail.body };
  }
}

/** The failure of a request, told in the server's own words where it blames the request with 404. */
export function toRequestError(failure: unknown, connection: Connection): unknown {
  const refusal = refusalOf(failure);
  if (!isAppError(failure) || failure.code !== "provider_error" || !refusal || !blamesRequest(refusal)) return failure;
  if (failure.detail.status !== 404) return failure;
  const error = toResponseError(refusal, connection);
  return new AppError(error.code, error.message, {
    wireCode: stringOf(refusal.code),
    ...(error.param === null ? {} : { param: error.param }),
    detail: failure.detail,
    cause: failure,
  });
}
