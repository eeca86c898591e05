/** Every error code the server can answer with, and its HTTP status. The only such table. */
const STATUS = {
  invalid_request: 400,
  invalid_value: 400,
  invalid_json: 400,
  missing_required_parameter: 400,
  invalid_type: 400,
  integer_below_min_value: 400,
  integer_above_max_value: 400,
  string_above_max_length: 400,
  array_above_max_length: 400,
  unsupported_parameter: 400,
  unknown_tool_type: 400,
  previous_response_not_found: 400,
  context_length_exceeded: 400,
  idempotency_key_reused: 400,
  websocket_connection_limit_reached: 400,
  outbound_not_allowed: 400,
  invalid_api_key: 401,
  unauthenticated: 401,
  permission_denied: 403,
  insufficient_scope: 403,
  not_found: 404,
  model_not_found: 404,
  route_not_found: 404,
  method_not_allowed: 405,
  request_timeout: 408,
  payload_too_large: 413,
  tool_server_error: 424,
  rate_limit_exceeded: 429,
  internal_error: 500,
  run_interrupted: 500,
  provider_error: 502,
  provider_auth_error: 502,
  provider_timeout: 504,
  overloaded: 503,
  database_unavailable: 503,
  storage_unavailable: 503,
  cancelled: 499,
} as const satisfies Record<string, number>;

export type ErrorCode = keyof typeof STATUS;

/** OpenAI's error `type` families, as its SDKs know them. */
export type ErrorType =
  | "invalid_request_error"
  | "authentication_error"
  | "permission_error"
  | "not_found_error"
  | "rate_limit_error"
  | "server_error";

const TYPE_BY_STATUS: Partial<Record<number, ErrorType>> = {
  401: "authentication_error",
  403: "permission_error",
  429: "rate_limit_error",
};

export interface AppErrorOptions {
  /** The request field at fault, as a path: `tools[0].name`. */
  param?: string;
  /** What a client should wait before it tries again, in milliseconds. */
  retryAfterMs?: number;
  /** For the trace and the log, never for the client. */
  detail?: Record<string, unknown>;
  /** Overrides the code shown on the wire; `null` sends `code: null` as OpenAI does for some errors. */
  wireCode?: string | null;
  /** Overrides the type shown on the wire: a vendor's own. */
  wireType?: string;
  cause?: unknown;
}

/**
 * The one error this server throws on purpose. Its message is meant for the client.
 * Told apart by {@link isAppError}, never by `instanceof`: two module graphs live in one process.
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly param: string | null;
  readonly retryAfterMs: number | null;
  readonly detail: Record<string, unknown>;
  readonly wireCode: string | null;
  readonly wireType?: string;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = "AppError";
    this.code = code;
    this.param = options.param ?? null;
    this.retryAfterMs = options.retryAfterMs ?? null;
    this.detail = options.detail ?? {};
    this.wireCode = options.wireCode === undefined ? code : options.wireCode;
    if (options.wireType !== undefined) this.wireType = options.wireType;
  }
}

/** True for an AppError of either module graph. */
export function isAppError(error: unknown): error is AppError {
  return (
    error instanceof Error && error.name === "AppError" && "code" in error && Object.hasOwn(STATUS, String(error.code))
  );
}

/** The AppError in `error`, or an `internal_error` that tells the client nothing and keeps `error` as its cause. */
export function toAppError(error: unknown): AppError {
  if (isAppError(error)) return error;
  return new AppError("internal_error", "The server had an error while processing your request.", { cause: error });
}

/** HTTP status of a code. */
export function statusOf(code: ErrorCode): number {
  return STATUS[code];
}

/** OpenAI's error `type` of a code. */
export function errorTypeOf(code: ErrorCode): ErrorType {
  const status = STATUS[code];
  return TYPE_BY_STATUS[status] ?? (status >= 500 ? "server_error" : "invalid_request_error");
}

/** The error as clients see it: OpenAI's four fields. */
export function toWireError(error: AppError): {
  type: string;
  code: string | null;
  message: string;
  param: string | null;
} {
  return {
    type: error.wireType ?? errorTypeOf(error.code),
    code: error.wireCode,
    message: error.message,
    param: error.param,
  };
}
