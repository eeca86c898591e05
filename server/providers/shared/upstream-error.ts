import { AppError, type ErrorCode } from "#server/errors";
import type { Connection } from "#server/providers/provider";
import { type JsonObject, objectOf, parseObject, stringOf } from "#server/providers/shared/json";

const MAX_BODY = 2_000;
const MAX_TEXT = 500;
const SECRETS =
  /\b(?:sk|rk|pk|gsk|xai|AIza|rj)[-_][A-Za-z0-9_-]{8,}|\bAIza[A-Za-z0-9_-]{20,}|\b(?:AKIA|ASIA)[A-Z0-9]{12,}|\bABSK[A-Za-z0-9+/=]{20,}|\bbedrock-api-key-[A-Za-z0-9+/=]+|-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)|\beyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_.-]+|(?<=Bearer\s)[^\s"']{6,}|(?<=[?&][\w-]{0,40}(?:[Kk]ey|KEY|[Tt]oken|[Ss]ecret)=)[^&\s"']+/g;
/** What is secret of a credential that is more than a key. */
const SECRET_FIELDS = ["accessKeyId", "secretAccessKey", "sessionToken", "private_key", "private_key_id"];
const TOO_LONG =
  /context[ _-]?(length|window)|maximum context|prompt is too long|input (is )?too long|too many (input )?tokens(?!: max tokens)|input token count .{0,40}exceeds|exceeds? the (model's )?(maximum|max) .{0,20}tokens/i;
/** Mistral's and Bedrock's ways to say it, both with status 400. */
const UNKNOWN_MODEL = /"type": ?"invalid_model"|model identifier is invalid/i;
const QUOTA = /insufficient_quota|billing_hard_limit|credit balance is too low/i;
/** Google's and AWS's ways to say with status 400 that they do not take the credential. */
const REFUSED_KEY =
  /API_KEY_INVALID|API key (not valid|expired)|ExpiredToken|UnrecognizedClient|security token .{0,20}(invalid|expired)/i;
/** What Google says with status 400 of an account, a place or a project, not of a request. */
const NOT_THE_REQUEST = /FAILED_PRECONDITION/;
/** Statuses of a request that the vendor finds wrong. */
const WRONG_REQUEST: ReadonlySet<number> = new Set([400, 413, 422]);

/** True for a text that says that the input is beyond the model's context window. */
export function isTooLong(text: string): boolean {
  return TOO_LONG.test(text);
}

/** A vendor's answer that is no success. */
export interface UpstreamFailure {
  status: number;
  body: string;
  retryAfterMs: number | null;
}

/** The key, and the secret parts of one that is JSON. */
function secretsOf({ apiKey }: Connection): string[] {
  if (apiKey === null) return [];
  const credential = apiKey.startsWith("{") ? parseObject(apiKey) : null;
  return [apiKey, ...SECRET_FIELDS.flatMap((field) => stringOf(credential?.[field]) ?? [])];
}

/** `text` without the connection's key and without anything that looks like one. */
export function redact(text: string, connection: Connection): string {
  const own = secretsOf(connection)
    .filter((secret) => secret.length >= 4)
    .reduce((rest, secret) => rest.replaceAll(secret, "[redacted]"), text);
  return own.replace(SECRETS, "[redacted]");
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function textIn(value: unknown): string | null {
  if (typeof value === "string") return value.trim() === "" ? null : value;
  if (Array.isArray(value)) return textIn(value[0]);
  if (!isRecord(value)) return null;
  return textIn(value.error) ?? textIn(value.message) ?? textIn(value.detail) ?? textIn(value.msg);
}

/** What a vendor says in an error body, whatever its shape, in one short line. */
export function readErrorText(body: string): string {
  let text: string | null = null;
  try {
    text = textIn(JSON.parse(body));
  } catch {
    text = body.replace(/<[^>]*>/g, " ");
  }
  return (text ?? "").replace(/\s+/g, " ").trim().slice(0, MAX_TEXT);
}

/** True when another try may succeed: 408, 429 (unless the account is out of money) and 5xx. */
export function isRetryable(failure: UpstreamFailure): boolean {
  if (failure.status === 429) return !QUOTA.test(failure.body);
  return failure.status === 408 || failure.status >= 500;
}

function codeOf({ status, body }: UpstreamFailure): ErrorCode {
  if (WRONG_REQUEST.has(status)) return wrongRequestCodeOf(status, body);
  if (status === 401 || status === 403) return "provider_auth_error";
  if (status === 404 && /model/i.test(body)) return "model_not_found";
  if (status === 408 || status === 504) return "provider_timeout";
  return "provider_error";
}

function wrongRequestCodeOf(status: number, body: string): ErrorCode {
  if (TOO_LONG.test(body)) return "context_length_exceeded";
  if (status === 400 && UNKNOWN_MODEL.test(body)) return "model_not_found";
  if (status === 400 && REFUSED_KEY.test(body)) return "provider_auth_error";
  return QUOTA.test(body) || NOT_THE_REQUEST.test(body) ? "provider_error" : "invalid_request";
}

/** The error in a vendor's body: nested, or flat. */
function errorIn(body: string): JsonObject | null {
  const whole = parseObject(body);
  return objectOf(whole?.error) ?? whole;
}

/** A vendor's refusal of the request itself, in its own words, with the code and the parameter that it names. */
function toRequestRefusal({ status }: UpstreamFailure, body: string, { name }: Connection): AppError {
  const error = errorIn(body);
  const param = stringOf(error?.param);
  const message = readErrorText(body) || `The provider "${name}" finds the request wrong (status ${status}).`;
  return new AppError("invalid_request", message, {
    wireCode: stringOf(error?.code),
    ...(param === null ? {} : { param }),
    detail: { provider: name, status, body },
  });
}

function messageOf(code: ErrorCode, status: number, name: string): string {
  switch (code) {
    case "context_length_exceeded":
      return "Your input exceeds the context window of this model. Please adjust your input and try again.";
    case "provider_auth_error":
      return `The provider "${name}" refused the credential it was given (status ${status})`;
    case "model_not_found":
      return `The provider "${name}" does not have this model`;
    case "provider_timeout":
      return `The provider "${name}" timed out (status ${status})`;
    default:
      return `The provider "${name}" answered with status ${status}`;
  }
}

/**
 * The AppError of a vendor's refusal: `invalid_request`, `provider_auth_error`, `context_length_exceeded`,
 * `model_not_found`, `provider_timeout` or `provider_error`. Its detail holds the provider, the status and the redacted
 * body.
 */
export function toProviderError(failure: UpstreamFailure, connection: Connection): AppError {
  const code = codeOf(failure);
  const body = redact(failure.body, connection).slice(0, MAX_BODY);
  if (code === "invalid_request") return toRequestRefusal(failure, body, connection);
  const text = readErrorText(body);
  const summary = messageOf(code, failure.status, connection.name);
  const param = code === "context_length_exceeded" ? "input" : code === "model_not_found" ? "model" : undefined;
  return new AppError(
    code,
    code === "context_length_exceeded" || text === "" ? endSentence(summary) : `${summary}: ${text}`,
    {
      ...(param === undefined ? {} : { param }),
      ...(failure.retryAfterMs === null ? {} : { retryAfterMs: failure.retryAfterMs }),
      detail: { provider: connection.name, status: failure.status, body },
    },
  );
}

function endSentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** The status that an error inside an answer stands for: its own, where it names one. */
function statusIn(error: unknown): number {
  if (!isRecord(error)) return 502;
  const code = Number(error.statusCode ?? error.code ?? error.status);
  if (Number.isInteger(code) && code >= 400 && code < 600) return code;
  return error.type === "invalid_request_error" ? 400 : 502;
}

/** The AppError of a stream that reports an error in the middle. */
export function toStreamError(error: unknown, connection: Connection): AppError {
  const body = typeof error === "string" ? error : JSON.stringify(error ?? {});
  return toProviderError({ status: statusIn(error), body, retryAfterMs: null }, connection);
}

/** The AppError of a connection that could not be made or broke. */
export function toConnectionError(error: unknown, connection: Connection): AppError {
  const reason = error instanceof Error && "code" in error ? String(error.code) : "connection failed";
  return new AppError("provider_error", `The provider "${connection.name}" could not be reached (${reason}).`, {
    detail: { provider: connection.name, status: null, reason },
    cause: error,
  });
}
