import { TRPCError } from "@trpc/server";
import { ZodError } from "zod";
import { AppError, type ErrorCode, isAppError, statusOf } from "#server/errors";
import { errorFacts, log } from "#server/log";
import { toKnownError } from "#server/services/known-error";

const TRPC_CODE_BY_STATUS: Partial<Record<number, TRPCError["code"]>> = {
  400: "BAD_REQUEST",
  401: "UNAUTHORIZED",
  403: "FORBIDDEN",
  404: "NOT_FOUND",
  405: "METHOD_NOT_SUPPORTED",
  413: "PAYLOAD_TOO_LARGE",
  429: "TOO_MANY_REQUESTS",
  499: "CLIENT_CLOSED_REQUEST",
  502: "BAD_GATEWAY",
  503: "SERVICE_UNAVAILABLE",
  504: "GATEWAY_TIMEOUT",
};

/** What the client reads of an error, in `error.data`. */
export interface ErrorData {
  /** The server's own code: what pages branch on. */
  appCode: ErrorCode;
  /** The input field at fault, as a path (`scopes.0`), or null. */
  param: string | null;
  /** What to wait before another try, in milliseconds, or null. */
  retryAfterMs: number | null;
}

/**
 * One form for every error that leaves a procedure: an AppError as the tRPC code of its status, an input that did not
 * parse as `invalid_value` naming the field, anything else as `internal_error` without its message (it is logged).
 */
export function toTrpcError(error: unknown): TRPCError {
  const appError = appErrorOf(error);
  if (appError.code === "internal_error") log().error(errorFacts(appError), "tRPC procedure failed");
  return new TRPCError({
    code: TRPC_CODE_BY_STATUS[statusOf(appError.code)] ?? "INTERNAL_SERVER_ERROR",
    message: appError.message,
    cause: appError,
  });
}

/** Message and data of an error as the client reads them; also for errors thrown in the middle of a stream. */
export function toAnswer(error: unknown): { message: string; data: ErrorData } {
  const appError = appErrorOf(error);
  const { code: appCode, param, retryAfterMs } = appError;
  return { message: appError.message, data: { appCode, param, retryAfterMs } };
}

function appErrorOf(error: unknown): AppError {
  if (isAppError(error)) return error;
  if (!(error instanceof TRPCError)) return toKnownError(error);
  if (isAppError(error.cause)) return error.cause;
  if (error.cause instanceof ZodError) return inputError(error.cause);
  if (error.code === "NOT_FOUND") return new AppError("route_not_found", error.message);
  if (error.code === "METHOD_NOT_SUPPORTED") return new AppError("method_not_allowed", error.message);
  if (error.code === "PARSE_ERROR" || error.code === "BAD_REQUEST") return new AppError("invalid_json", error.message);
  return toKnownError(error.cause ?? error);
}

function inputError(error: ZodError): AppError {
  const issue = error.issues[0];
  const param = issue?.path.map(String).join(".") ?? "";
  return new AppError("invalid_value", issue?.message ?? "The input is not valid.", { param, cause: error });
}
