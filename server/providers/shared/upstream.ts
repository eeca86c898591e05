import { clock, sleep } from "#server/clock";
import { config } from "#server/config";
import { AppError, isAppError } from "#server/errors";
import { abortReason, Exchange, type ExchangeRequest } from "#server/outbound/exchange";
import { type OutboundPolicy, parseOutboundUrl } from "#server/outbound/guard";
import { poolFor, refusalIn } from "#server/outbound/pools";
import type { Connection, ModelAttempt } from "#server/providers/provider";
import {
  isRetryable,
  redact,
  toConnectionError,
  toProviderError,
  type UpstreamFailure,
} from "#server/providers/shared/upstream-error";
import { type Watch, watchExchange } from "#server/providers/shared/watch";

export interface UpstreamCall {
  connection: Connection;
  /** Absolute. */
  url: string;
  method: "GET" | "POST";
  headers: Record<string, string>;
  body: string | Buffer | null;
  signal: AbortSignal;
  onAttempt?: ((attempt: ModelAttempt) => void) | undefined;
  /** Tries, at most; PROVIDER_MAX_ATTEMPTS when absent. */
  maxAttempts?: number | undefined;
  /** True: what the vendor may have begun, and be paid for, is not asked for again. */
  once?: boolean | undefined;
  /** How long the vendor may say nothing at first; PROVIDER_FIRST_BYTE_TIMEOUT_SECONDS when absent. */
  firstByteMs?: number | undefined;
}

/** A vendor's answer whose first bytes are here. */
export interface Upstream {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  /** The next bytes, or null at the end. Rejects with `provider_timeout`, `provider_error` or the signal's reason. */
  read(): Promise<Buffer | null>;
  /** Closes the socket unless the answer has ended. */
  close(): void;
  /** All that matters has been read: the socket may serve again if the answer ends soon, else it is closed. */
  release(): void;
}

const RELEASE_GRACE_MS = 1_000;
const MAX_ERROR_BODY = 64 * 1024;
/** A vendor that asks for more patience than this gets none: the caller is told instead. */
const MAX_WAIT_MS = 30_000;

/** `retry-after-ms`, else `retry-after` in seconds or as a date, in milliseconds; null when absent. */
export function readRetryAfter(headers: Record<string, string | string[] | undefined>): number | null {
  const milliseconds = Number(headers["retry-after-ms"]);
  if (headers["retry-after-ms"] !== undefined && Number.isFinite(milliseconds)) return Math.max(0, milliseconds);
  const value = headers["retry-after"];
  if (typeof value !== "string") return null;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const moment = Date.parse(value);
  return Number.isNaN(moment) ? null : Math.max(0, moment - clock().now());
}

async function readFailure(exchange: Exchange): Promise<UpstreamFailure> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for (let chunk = await exchange.read(); chunk !== null && bytes < MAX_ERROR_BODY; chunk = await exchange.read()) {
    chunks.push(chunk);
    bytes += chunk.length;
  }
  const body = Buffer.concat(chunks).subarray(0, MAX_ERROR_BODY).toString("utf8");
  return { status: exchange.status, body, retryAfterMs: readRetryAfter(exchange.headers) };
}

type Outcome =
  | { upstream: Upstream }
  | { error: AppError; status: number | null; retryAfterMs: number | null; again: boolean };

function failed(error: unknown, call: UpstreamCall, watch: Watch): Outcome {
  if (call.signal.aborted) throw abortReason(call.signal);
  const known = watch.expired ?? refusalIn(error);
  const connecting = known?.detail.phase === "connect";
  const appError = known ?? toConnectionError(error, call.connection);
  return { error: appError, status: null, retryAfterMs: null, again: connecting || (known === null && !call.once) };
}

function toUpstream(
  exchange: Exchange,
  first: Buffer | null,
  { call, watch }: { call: UpstreamCall; watch: Watch },
): Upstream {
  let held: Buffer | null = first;
  let started = false;
  let received = first?.length ?? 0;
  return {
    status: exchange.status,
    headers: exchange.headers,
    async read() {
      if (!started) {
        started = true;
        const bytes = held;
        held = null;
        return bytes;
      }
      try {
        const bytes = await exchange.read();
        watch.touch();
        received += bytes?.length ?? 0;
        if (received > config().PROVIDER_MAX_ANSWER_BYTES) throw endlessAnswer(call.connection);
        return bytes;
      } catch (error) {
        watch.stop();
        if (call.signal.aborted) throw abortReason(call.signal);
        exchange.abort(new AppError("cancelled", "The answer is no longer read."));
        throw watch.expired ?? refusalIn(error) ?? toConnectionError(error, call.connection);
      }
    },
    close() {
      watch.stop();
      exchange.abort(new AppError("cancelled", "The answer is no longer read."));
    },
    release() {
      watch.stop();
      exchange.release(RELEASE_GRACE_MS);
    },
  };
}

function endlessAnswer({ name }: Connection): AppError {
  const { PROVIDER_MAX_ANSWER_BYTES: most } = config();
  return new AppError("provider_error", `The provider "${name}" sent more than ${most} bytes in one answer.`, {
    detail: { provider: name },
  });
}

/** What the operator's environment names is trusted; loopback counts only while nobody else can connect to us. */
function policyOf(connection: Connection): OutboundPolicy | null {
  if (connection.trusted) return null;
  return { allowLoopback: connection.allowLoopback === true && config().loopbackOnly };
}

/** One try: up to the first byte of a success, or to the end of a refusal. */
async function attempt(call: UpstreamCall): Promise<Outcome> {
  const { connection } = call;
  const policy = policyOf(connection);
  const url = policy ? parseOutboundUrl(call.url, policy) : new URL(call.url);
  const request: ExchangeRequest = {
    method: call.method,
    path: url.pathname + url.search,
    headers: call.headers,
    body: call.body,
  };
  const exchange = new Exchange(poolFor(url.origin, policy), request);
  const watch = watchExchange(exchange, {
    provider: connection.name,
    signal: call.signal,
    firstByteMs: call.firstByteMs,
  });
  try {
    await exchange.started;
    if (exchange.status >= 200 && exchange.status < 300) {
      const first = await exchange.read();
      watch.firstByte();
      return { upstream: toUpstream(exchange, first, { call, watch }) };
    }
    const failure = await readFailure(exchange);
    watch.stop();
    exchange.abort(new AppError("cancelled", "The refusal has been read."));
    const error = toProviderError(failure, connection);
    const again = isRetryable(failure) && (!call.once || failure.status === 429);
    return { error, status: failure.status, retryAfterMs: failure.retryAfterMs, again };
  } catch (error) {
    watch.stop();
    exchange.abort(new AppError("cancelled", "The attempt failed."));
    return failed(error, call, watch);
  }
}

function waitBefore(next: number, retryAfterMs: number | null): number {
  const backoff = config().PROVIDER_BACKOFF_SECONDS * 2 ** (next - 2);
  return retryAfterMs ?? backoff * (1 + Math.random() / 4);
}

/**
 * Sends one request to a vendor and resolves when the first bytes of a success are here. Tries again after 408, 429,
 * 5xx and connection errors, at most `maxAttempts` times in all, honouring `retry-after(-ms)`; with `once` only after 429
 * and where connecting took too long.
 * @throws AppError provider_error, provider_auth_error, provider_timeout, context_length_exceeded, model_not_found or
 * outbound_not_allowed; the signal's reason when it aborts
 */
export async function openUpstream(call: UpstreamCall): Promise<Upstream> {
  const maxAttempts = call.maxAttempts ?? config().PROVIDER_MAX_ATTEMPTS;
  for (let number = 1; ; number += 1) {
    if (call.signal.aborted) throw abortReason(call.signal);
    const startedAt = clock().now();
    const outcome = await attempt(call);
    const report = (status: number | null, error: string | null) =>
      call.onAttempt?.({ attempt: number, startedAt, durationMs: clock().now() - startedAt, status, error });
    if ("upstream" in outcome) {
      report(outcome.upstream.status, null);
      return outcome.upstream;
    }
    report(outcome.status, redact(outcome.error.message, call.connection));
    const wait = waitBefore(number + 1, outcome.retryAfterMs);
    if (!outcome.again || number >= maxAttempts || wait > MAX_WAIT_MS) throw outcome.error;
    await sleep(wait, call.signal).catch((reason: unknown) => {
      throw isAppError(reason) ? reason : abortReason(call.signal);
    });
  }
}
