import type { IncomingHttpHeaders } from "node:http";
import { AppError } from "#server/errors";
import { abortReason, Exchange } from "#server/outbound/exchange";
import { type OutboundPolicy, parseOutboundUrl } from "#server/outbound/guard";
import { poolFor, refusalIn } from "#server/outbound/pools";

export interface OpenOutboundInit {
  method: "GET" | "POST" | "DELETE";
  headers: Record<string, string>;
  body: string | null;
  /** Ends the exchange at any time, also while the other side is silent. There is no other limit of time. */
  signal: AbortSignal;
  policy?: OutboundPolicy;
}

/** An answer that is read as it comes. Whoever opens it reads it to its end, closes it or aborts its signal. */
export interface OpenAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  /** The bytes that have come since the last read; null at the end. Rejects when the exchange broke off. */
  read(): Promise<Buffer | null>;
  close(): void;
}

/**
 * Opens an exchange with a URL that a user named, checked like {@link outboundFetch}'s. A redirect is an answer like
 * any other: where it leads is the caller's to decide, through here again.
 * @throws AppError outbound_not_allowed, provider_error (no connection); the signal's reason when it aborts
 */
export async function openOutbound(text: string, init: OpenOutboundInit): Promise<OpenAnswer> {
  const { method, headers, body, signal } = init;
  const policy = init.policy ?? { allowLoopback: false };
  const url = parseOutboundUrl(text, policy);
  signal.throwIfAborted();
  const path = url.pathname + url.search;
  const exchange = new Exchange(poolFor(url.origin, policy), { method, path, headers, body });
  const onAbort = () => exchange.abort(abortReason(signal));
  const forget = () => signal.removeEventListener("abort", onAbort);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    await exchange.started;
  } catch (error) {
    forget();
    signal.throwIfAborted();
    throw refusalIn(error) ?? new AppError("provider_error", `"${url.host}" could not be reached.`, { cause: error });
  }
  return {
    status: exchange.status,
    headers: exchange.headers,
    async read() {
      try {
        const chunk = await exchange.read();
        if (chunk === null) forget();
        return chunk;
      } catch (error) {
        forget();
        throw error;
      }
    },
    close() {
      forget();
      exchange.abort(new AppError("cancelled", "The answer was not read to its end."));
    },
  };
}
