import type { LookupFunction } from "node:net";
import { LRUCache } from "lru-cache";
import { buildConnector, Pool } from "undici";
import { clock } from "#server/clock";
import { config } from "#server/config";
import { AppError, isAppError } from "#server/errors";
import { isAddress } from "#server/outbound/address-policy";
import { checkAddresses, type OutboundPolicy, resolveChecked } from "#server/outbound/guard";

const MAX_ORIGINS = 64;
const KEEP_ALIVE_MS = 30_000;

const holder = globalThis as typeof globalThis & { rejoinderPools?: LRUCache<string, Pool> };

function pools(): LRUCache<string, Pool> {
  holder.rejoinderPools ??= new LRUCache<string, Pool>({
    max: MAX_ORIGINS,
    // Closes what is idle; requests under way finish first.
    dispose: (pool) => void pool.close().catch(() => undefined),
  });
  return holder.rejoinderPools;
}

/** Resolves and checks at the moment of connecting, and hands out nothing but what was checked. */
function guardedLookup(policy: OutboundPolicy): LookupFunction {
  return (hostname, options, callback) => {
    resolveChecked(hostname, policy).then(
      (addresses) => {
        const first = addresses[0];
        if (options.all) callback(null, addresses);
        else if (first) callback(null, first.address, first.family);
        else callback(new Error(`${hostname} has no address`), "");
      },
      (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), ""),
    );
  };
}

function connectTimeout(host: string, timeoutMs: number): AppError {
  return new AppError("provider_timeout", `No connection to ${host} within ${timeoutMs / 1000} s.`, {
    detail: { phase: "connect" },
  });
}

/** undici's connector, timed by our clock and, for a policy, with every address checked. */
function createConnector(policy: OutboundPolicy | null): buildConnector.connector {
  const connect = buildConnector({
    allowH2: false,
    timeout: 0,
    autoSelectFamily: true,
    ...(policy ? { lookup: guardedLookup(policy) } : {}),
  });
  return (options, callback) => {
    const host = options.hostname.replace(/^\[|\]$/g, "");
    try {
      if (policy && isAddress(host)) checkAddresses(host, [host], policy);
    } catch (error) {
      callback(error instanceof Error ? error : new Error(String(error)), null);
      return;
    }
    const timeoutMs = config().PROVIDER_CONNECT_TIMEOUT_SECONDS;
    let settled = false;
    const settle = (...result: Parameters<buildConnector.Callback>) => {
      if (settled) {
        result[1]?.destroy();
        return;
      }
      settled = true;
      cancel();
      callback(...result);
    };
    const cancel = clock().after(timeoutMs, () => settle(connectTimeout(options.host ?? host, timeoutMs), null));
    connect(options, settle);
  };
}

/**
 * The long-lived connection pool of an origin, one per origin and policy. `policy` null: the operator named the URL,
 * nothing is checked. Otherwise each connection resolves the host anew and goes only to addresses that were checked.
 */
export function poolFor(origin: string, policy: OutboundPolicy | null): Pool {
  const key = policy ? `${policy.allowLoopback ? "loopback" : "public"} ${origin}` : origin;
  const known = policy?.resolve ? undefined : pools().get(key);
  if (known) return known;
  const pool = new Pool(origin, {
    connect: createConnector(policy),
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: KEEP_ALIVE_MS,
    pipelining: 1,
  });
  if (!policy?.resolve) pools().set(key, pool);
  return pool;
}

/** The AppError of a refused address somewhere in the causes of a connection error, or null. */
export function refusalIn(error: unknown): AppError | null {
  for (let current = error, depth = 0; depth < 5 && current !== undefined && current !== null; depth += 1) {
    if (isAppError(current)) return current;
    current = current instanceof Error ? current.cause : null;
  }
  return null;
}

/** Closes every pool (shutdown, tests). */
export async function closePools(): Promise<void> {
  const open = [...pools().values()];
  holder.rejoinderPools = undefined;
  await Promise.all(open.map((pool) => pool.destroy()));
}
