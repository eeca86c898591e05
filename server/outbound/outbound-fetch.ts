import { clock } from "#server/clock";
import { AppError } from "#server/errors";
import { abortReason, Exchange, type OutboundMethod } from "#server/outbound/exchange";
import { type OutboundPolicy, parseOutboundUrl } from "#server/outbound/guard";
import { poolFor, refusalIn } from "#server/outbound/pools";

export interface OutboundInit {
  method?: OutboundMethod;
  headers?: Record<string, string>;
  body?: string | Buffer | null;
  signal?: AbortSignal;
  /** For the whole exchange, redirects included. Default 30 s. */
  timeoutMs?: number;
  /** Of the body as it arrives. Default 10 MiB. */
  maxBytes?: number;
  /** Default 5. */
  maxRedirects?: number;
  /** False: a redirect is the answer. */
  followRedirects?: boolean;
  /** True: of a longer body the beginning is returned, in place of an error. */
  cutBody?: boolean;
  /** Takes the body of a 200 answer as it arrives, so that it need not stand in memory; `body` is then empty. */
  write?: (chunk: Buffer) => Promise<void>;
  /** null: the operator named the URL, nothing about it is checked, and a redirect is the answer. */
  policy?: OutboundPolicy | null;
}

export interface OutboundAnswer {
  status: number;
  headers: Record<string, string>;
  /** Where the answer came from, after redirects. */
  url: string;
  body: Buffer;
}

const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_MAX_BYTES = 10 * 1024 * 1024;
const DEFAULT_MAX_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const SECRET_HEADERS = new Set(["authorization", "cookie", "x-api-key", "proxy-authorization"]);

function singleHeaders(exchange: Exchange): Record<string, string> {
  return Object.fromEntries(
    Object.entries(exchange.headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(", ") : value]],
    ),
  );
}

async function readCapped(
  exchange: Exchange,
  { maxBytes = DEFAULT_MAX_BYTES, cutBody, write }: OutboundInit,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const take = write && exchange.status === 200 ? write : async (chunk: Buffer) => void chunks.push(chunk);
  let bytes = 0;
  for (let chunk = await exchange.read(); chunk !== null; chunk = await exchange.read()) {
    bytes += chunk.length;
    if (bytes > maxBytes && !cutBody) {
      throw new AppError("payload_too_large", `The answer is larger than ${maxBytes} bytes.`);
    }
    await take(chunk);
    if (bytes > maxBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, maxBytes);
}

function withoutSecrets(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !SECRET_HEADERS.has(name.toLowerCase())));
}

function policyOf({ policy }: OutboundInit): OutboundPolicy | null {
  return policy === undefined ? { allowLoopback: false } : policy;
}

interface Hop {
  url: URL;
  method: OutboundMethod;
  headers: Record<string, string>;
  body: string | Buffer | null;
}

function nextHop(hop: Hop, exchange: Exchange, policy: OutboundPolicy | null): Hop | null {
  const location = exchange.headers.location;
  if (policy === null || !REDIRECTS.has(exchange.status) || typeof location !== "string") return null;
  const url = parseOutboundUrl(URL.parse(location, hop.url)?.href ?? location, policy);
  const headers = url.origin === hop.url.origin ? hop.headers : withoutSecrets(hop.headers);
  const keepsBody = exchange.status === 307 || exchange.status === 308;
  return keepsBody ? { ...hop, url, headers } : { url, headers, method: "GET", body: null };
}

async function follow(first: Hop, init: OutboundInit, onOpen: (exchange: Exchange) => void): Promise<OutboundAnswer> {
  const policy = policyOf(init);
  let hop = first;
  for (let redirects = 0; ; redirects += 1) {
    const { url, method, headers, body } = hop;
    const exchange = new Exchange(poolFor(url.origin, policy), {
      method,
      path: url.pathname + url.search,
      headers,
      body,
    });
    onOpen(exchange);
    try {
      await exchange.started;
      const next = init.followRedirects === false ? null : nextHop(hop, exchange, policy);
      if (next === null) {
        const answer = await readCapped(exchange, init);
        return { status: exchange.status, headers: singleHeaders(exchange), url: url.href, body: answer };
      }
      if (redirects >= (init.maxRedirects ?? DEFAULT_MAX_REDIRECTS)) {
        throw new AppError("outbound_not_allowed", `"${first.url.host}" redirects too often.`);
      }
      hop = next;
    } finally {
      exchange.abort(new Error("done"));
    }
  }
}

/**
 * Fetches a URL that a user, or with the policy null the operator, named. A user's is checked when parsed, when connected (the checked address is the one connected to)
 * and again at each redirect; bounded in size and time. Answers of any status are returned.
 * @throws AppError outbound_not_allowed, provider_timeout, payload_too_large, provider_error (no connection);
 * the signal's reason when it aborts
 */
export async function outboundFetch(text: string, init: OutboundInit = {}): Promise<OutboundAnswer> {
  const policy = policyOf(init);
  const url = policy === null ? new URL(text) : parseOutboundUrl(text, policy);
  let current: Exchange | null = null;
  let stopped: Error | null = null;
  const stop = (reason: Error) => {
    stopped = reason;
    current?.abort(reason);
  };
  const onAbort = () => {
    if (init.signal) stop(abortReason(init.signal));
  };
  const timeoutMs = init.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const cancelTimer = clock().after(timeoutMs, () =>
    stop(new AppError("provider_timeout", `"${url.host}" did not answer within ${timeoutMs / 1000} s.`)),
  );
  init.signal?.addEventListener("abort", onAbort, { once: true });
  try {
    init.signal?.throwIfAborted();
    const first: Hop = { url, method: init.method ?? "GET", headers: init.headers ?? {}, body: init.body ?? null };
    return await follow(first, init, (exchange) => {
      current = exchange;
      if (stopped) exchange.abort(stopped);
    });
  } catch (error) {
    const known = stopped ?? refusalIn(error);
    if (known) throw known;
    throw new AppError("provider_error", `"${url.host}" could not be reached.`, { cause: error });
  } finally {
    cancelTimer();
    init.signal?.removeEventListener("abort", onAbort);
  }
}
