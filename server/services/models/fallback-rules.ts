import type { AppError, ErrorCode } from "#server/errors";

/** Failures that say nothing against the request: another target may answer it. */
const OF_THE_TARGET: ReadonlySet<ErrorCode> = new Set([
  "provider_error",
  "provider_timeout",
  "provider_auth_error",
  "model_not_found",
  "outbound_not_allowed",
  "context_length_exceeded",
  "unsupported_parameter",
]);
/** Of these, those that are about the request too: they say nothing about the target's health. */
const OF_THE_REQUEST: ReadonlySet<ErrorCode> = new Set(["context_length_exceeded", "unsupported_parameter"]);

/**
 * True when the next target of an alias is to be asked: no connection, a timeout, 408, 429, 5xx, an answer that is
 * none, an empty account, a refused credential, a missing route or model, an input that is too long for this one, or a
 * setting that it does not have. A request that the vendor calls wrong (`invalid_request`) is wrong everywhere.
 */
export function mayFallBack(failure: AppError): boolean {
  return OF_THE_TARGET.has(failure.code);
}

/** True when a failure is held against the target. */
export function countsAgainst(failure: AppError): boolean {
  return mayFallBack(failure) && !OF_THE_REQUEST.has(failure.code);
}

/** Of the failures of all targets the one to tell: the last that another try may mend, else the last. */
export function failureToTell(failures: readonly AppError[]): AppError | undefined {
  return failures.findLast(countsAgainst) ?? failures.at(-1);
}
