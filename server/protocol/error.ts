import type { Dialect } from "#server/protocol/dialect";

/** An error as clients see it. */
export interface WireError {
  type: string;
  code: string | null;
  message: string;
  param: string | null;
}

/** Open Responses names its error types otherwise than OpenAI. */
const STRICT_TYPES: Record<string, string> = {
  invalid_request_error: "invalid_request",
  rate_limit_error: "too_many_requests",
};

/** The error with the type's name in the dialect. */
export function writeError(dialect: Dialect, error: WireError): WireError {
  if (dialect === "default") return error;
  return { ...error, type: strictType(error) };
}

/** The body of an error answer. */
export function toErrorBody(error: WireError, dialect: Dialect): { error: WireError } {
  return { error: writeError(dialect, error) };
}

function strictType(error: WireError): string {
  if (error.code === "not_found" || error.code === "model_not_found") return "not_found";
  if (error.code?.startsWith("provider_")) return "model_error";
  return STRICT_TYPES[error.type] ?? error.type;
}
