import type { AppError, ErrorCode } from "#server/errors";

/** Failures that say nothing against the request: another target may answer it. */
const OF_THE_TARGET: ReadonlySet<ErrorCode> = new Set([
  "provider_timeout",
  "provider_auth_error",
  "model_not_found",
  "outbound_not_allowed",
  "context_length_exceeded",
]);
/** Refusals that are about the target all the same: out of money, too slow, too many requests. */
const STATUSES_OF_THE_TARGET: ReadonlySet<number> = new Set([402, 408, 429]);

/**
 * True when the next target of an alias is to be asked: no connection, a timeout, 408, 429, 5xx, an answer that is
 * none, a refused credential, a missing model, or an input that is too long for this one. A request that the vendor
 * calls wrong is wrong everywhere.
 */
export function mayFallBack(failure: AppError): boolean {
  if (OF_THE_TARGET.has(failure.code)) return true;
  if (failure.code !== "provider_error") return false;
  const { status } = failure.detail;
  return typeof status !== "number" || status < 400 || status >= 500 || STATUSES_OF_THE_TARGET.has(status);
}

/** True when a failure is held against the target. A long input says nothing about its health. */
export function countsAgainst(failure: AppError): boolean {
  return mayFallBack(failure) && failure.code !== "context_length_exceeded";
}

/** Of the failures of all targets the one to tell: the last that another try may mend, else the last. */
export function failureToTell(failures: readonly AppError[]): AppError | undefined {
  return failures.findLast(countsAgainst) ?? failures.at(-1);
}
