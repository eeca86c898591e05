import { config } from "#server/config";
import { AppError, isAppError, statusOf } from "#server/errors";
import { type OutboundAnswer, outboundFetch } from "#server/outbound/outbound-fetch";
import { buildRequest, type HttpFunction, type HttpRequest } from "#server/tools/http/http-request";
import { mapAnswer } from "#server/tools/http/map-answer";
import type { Arguments } from "#server/tools/http/template";
import { cutText } from "#server/tools/mcp/call-result";
import { executionError, type McpCallError } from "#server/tools/mcp/call-tool";
import { withoutValues } from "#server/tools/redact";

/** What a call of a function has come to. */
export interface HttpOutcome {
  /** As it was sent; null when its arguments did not make a request. */
  request: Pick<HttpRequest, "method" | "shownUrl" | "body"> | null;
  /** As it came, without the secrets that it repeats; null when there was none. */
  answer: { status: number; contentType: string | null; text: string } | null;
  /** What the model reads, cut to HTTP_TOOL_MAX_OUTPUT_CHARS. */
  text: string;
  /** All of what it would have read, when `text` is cut. */
  whole: string | null;
  error: McpCallError | null;
}

const MAX_ERROR_CHARS = 2000;

/**
 * Calls a function, once: redirects are not followed, nothing is tried again. Whatever goes wrong is an outcome, so
 * that the model is told.
 * @throws the signal's reason when it aborts
 */
export async function callHttpFunction(
  called: HttpFunction,
  values: Arguments,
  signal: AbortSignal,
): Promise<HttpOutcome> {
  const clean = cleanerOf(called);
  let request: HttpRequest | null = null;
  try {
    request = buildRequest(called, values);
    const sent = { ...request, body: request.body === null ? null : clean(request.body) };
    const answer = await send(called, request, signal);
    const text = clean(decode(answer));
    const shown = { status: answer.status, contentType: answer.headers["content-type"] ?? null, text };
    return { request: sent, answer: shown, ...outcomeOf(called, answer, text) };
  } catch (error) {
    signal.throwIfAborted();
    if (!isAppError(error)) throw error;
    const failure = request === null ? error : afterSending(request, error);
    return { request, answer: null, ...failed(statusOf(failure.code), clean(failure.message)) };
  }
}

function cleanerOf({ secrets }: HttpFunction): (text: string) => string {
  const values = [...Object.values(secrets.headers), ...Object.values(secrets.query)];
  return (text) => withoutValues([...values, ...values.map(encodeURIComponent)], text);
}

async function send({ settings }: HttpFunction, request: HttpRequest, signal: AbortSignal): Promise<OutboundAnswer> {
  const { HTTP_TOOL_TIMEOUT_SECONDS, HTTP_TOOL_MAX_ANSWER_BYTES: maxBytes } = config();
  const { method, headers, body } = request;
  return await outboundFetch(request.url, {
    ...{ method, headers, body, signal },
    // One more than is read: that tells a cut answer from a whole one.
    ...{ maxBytes: maxBytes + 1, cutBody: true },
    timeoutMs: settings.timeoutSeconds === null ? HTTP_TOOL_TIMEOUT_SECONDS : settings.timeoutSeconds * 1000,
    // A redirect elsewhere would take the secrets along, and could make one call two.
    followRedirects: false,
  });
}

function isCut({ body }: OutboundAnswer): boolean {
  return body.length > config().HTTP_TOOL_MAX_ANSWER_BYTES;
}

/** The body as text; of what is no text, a line that says what it is. */
function decode(answer: OutboundAnswer): string {
  const { headers, body } = answer;
  const type = headers["content-type"] ?? "";
  const charset = /charset="?([\w-]+)/i.exec(type)?.[1] ?? "utf-8";
  try {
    // The last character of a cut answer may be one in part, which a stream's decoder keeps back.
    return new TextDecoder(charset, { fatal: true }).decode(body, { stream: isCut(answer) });
  } catch {
    return `[Content of the type ${JSON.stringify(type.slice(0, 64))}, ${body.length} bytes]`;
  }
}

type Told = Pick<HttpOutcome, "text" | "whole" | "error">;

function outcomeOf({ settings }: HttpFunction, answer: OutboundAnswer, text: string): Told {
  const { status } = answer;
  if (status >= 300 && status < 400) {
    return failed(status, `The server answered ${status}: it redirects elsewhere, which is not followed.`);
  }
  if (status >= 400) {
    const said = text.trim() === "" ? "" : `: ${cutText(text.trim(), MAX_ERROR_CHARS)}`;
    return failed(status, `The server answered ${status}${said}`);
  }
  const { HTTP_TOOL_MAX_ANSWER_BYTES: maxBytes, HTTP_TOOL_MAX_OUTPUT_CHARS: maxChars } = config();
  const larger = `The answer is larger than ${maxBytes} bytes.`;
  if (isCut(answer) && settings.result !== null) return unfit(larger);
  const mapped = mapAnswer(settings.result, text);
  if (!mapped.ok) return unfit(mapped.message);
  const whole = isCut(answer) ? `${mapped.text}\n[Cut: ${larger}]` : mapped.text;
  const cut = cutText(whole, maxChars);
  return { text: cut, whole: cut === whole ? null : whole, error: null };
}

/** What came is no result that the model could be given. */
function unfit(message: string): Told {
  return { text: message, whole: null, error: executionError(message) };
}

/** Once a request that changes something is out, its failure does not say whether it has. */
function afterSending({ method }: HttpRequest, error: AppError): AppError {
  if (method === "GET" || error.code === "outbound_not_allowed") return error;
  return new AppError(error.code, `${error.message} What became of the request is unknown.`);
}

function failed(code: number, message: string): Told {
  return { text: message, whole: null, error: { type: "http_error", code, message } };
}
