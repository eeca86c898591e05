import { clock } from "#server/clock";
import { config } from "#server/config";
import { AppError } from "#server/errors";
import { abortReason, type Exchange } from "#server/outbound/exchange";

/** Ends an exchange whose vendor stays silent, or whose caller has left. */
export interface Watch {
  /** The timeout that ended the exchange, if one did. */
  readonly expired: AppError | null;
  /** From now on the idle limit holds instead of the first-byte limit. */
  firstByte(): void;
  /** Something arrived. */
  touch(): void;
  stop(): void;
}

function seconds(ms: number): string {
  return `${ms / 1000} s`;
}

export interface Watched {
  /** The connection's name. */
  provider: string;
  signal: AbortSignal;
  /** How long the vendor may say nothing at first; PROVIDER_FIRST_BYTE_TIMEOUT_SECONDS when absent. */
  firstByteMs?: number | undefined;
}

/** Watches over one exchange with the limits of the configuration, by the clock in force. */
export function watchExchange(exchange: Exchange, { provider, signal, ...limits }: Watched): Watch {
  const firstByteMs = limits.firstByteMs ?? config().PROVIDER_FIRST_BYTE_TIMEOUT_SECONDS;
  const idleMs = config().PROVIDER_IDLE_TIMEOUT_SECONDS;
  let limitMs = firstByteMs;
  let since = clock().now();
  let spoke = false;
  let expired: AppError | null = null;
  let cancel: () => void = () => undefined;

  const onAbort = () => {
    stop();
    exchange.abort(abortReason(signal));
  };
  const stop = () => {
    cancel();
    signal.removeEventListener("abort", onAbort);
  };
  // One timer that looks at the last arrival when it fires: cheaper than a new one for every read.
  const arm = (ms: number) => {
    cancel = clock().after(ms, () => {
      if (exchange.hasUnread) since = clock().now();
      const left = since + limitMs - clock().now();
      if (left > 0) return arm(left);
      const what = spoke ? "fell silent" : "sent nothing";
      expired = new AppError("provider_timeout", `The provider "${provider}" ${what} for ${seconds(limitMs)}.`, {
        detail: { provider, status: exchange.status || null, limitMs },
      });
      stop();
      exchange.abort(expired);
    });
  };
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  else arm(limitMs);

  return {
    get expired() {
      return expired;
    },
    firstByte() {
      since = clock().now();
      spoke = true;
      limitMs = idleMs;
      cancel();
      arm(idleMs);
    },
    touch() {
      since = clock().now();
    },
    stop,
  };
}
