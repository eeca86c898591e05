/** The codes a request can be refused with before anything runs. Each is also a code of the server's error table. */
export type ProblemCode =
  | "invalid_request"
  | "invalid_value"
  | "invalid_type"
  | "missing_required_parameter"
  | "integer_below_min_value"
  | "integer_above_max_value"
  | "string_above_max_length"
  | "array_above_max_length"
  | "unknown_tool_type"
  | "unsupported_parameter";

export interface ProblemOptions {
  /** The request field at fault, as a path: `tools[0].name`. */
  param?: string;
  /** Code shown on the wire when it is not `code`; null sends `code: null`. */
  wireCode?: string | null;
}

/**
 * A request that cannot be served as it stands, in OpenAI's words. It has the shape by which the server tells its own
 * errors apart (name and code), because this folder is shared with the browser and may not import the error table.
 */
export class RequestProblem extends Error {
  readonly code: ProblemCode;
  readonly param: string | null;
  readonly wireCode: string | null;
  readonly retryAfterMs: number | null = null;
  readonly detail: Record<string, unknown> = {};

  constructor(code: ProblemCode, message: string, options: ProblemOptions = {}) {
    super(message);
    this.name = "AppError";
    this.code = code;
    this.param = options.param ?? null;
    this.wireCode = options.wireCode === undefined ? code : options.wireCode;
  }
}
