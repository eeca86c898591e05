import { LRUCache } from "lru-cache";
import type { Principal } from "#server/auth/principal";
import { clock } from "#server/clock";
import { AppError } from "#server/errors";

const MINUTE_MS = 60_000;
// Far more keys than a node sees in a minute; an evicted key starts with full buckets.
const MAX_KEYS = 50_000;

/** A bucket that holds one minute's worth and fills steadily. `level` may fall below zero (tokens already spent). */
interface Bucket {
  level: number;
  at: number;
}

interface KeyState {
  requests: Bucket | null;
  tokens: Bucket | null;
  runs: number;
}

const holder = globalThis as typeof globalThis & { rejoinderRateLimits?: LRUCache<string, KeyState> };

function stateOf(keyId: string): KeyState {
  holder.rejoinderRateLimits ??= new LRUCache({ max: MAX_KEYS });
  const known = holder.rejoinderRateLimits.get(keyId);
  if (known) return known;
  const fresh: KeyState = { requests: null, tokens: null, runs: 0 };
  holder.rejoinderRateLimits.set(keyId, fresh);
  return fresh;
}

function refill(bucket: Bucket | null, limit: number, now: number): Bucket {
  if (!bucket) return { level: limit, at: now };
  const gained = ((now - bucket.at) * limit) / MINUTE_MS;
  bucket.level = Math.min(limit, bucket.level + Math.max(0, gained));
  bucket.at = now;
  return bucket;
}

/** Milliseconds until `bucket` holds `wanted`. */
function waitFor(bucket: Bucket, wanted: number, limit: number): number {
  return Math.max(0, Math.ceil(((wanted - bucket.level) * MINUTE_MS) / limit));
}

/** Milliseconds as OpenAI's rate limit headers spell durations: `12ms`, `1.5s`, `6m0s`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.ceil(ms)}ms`;
  const seconds = Math.ceil(ms / 10) / 100;
  if (seconds < 60) return `${seconds}s`;
  const whole = Math.ceil(seconds);
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  return `${hours > 0 ? `${hours}h` : ""}${minutes}m${whole % 60}s`;
}

interface Described {
  kind: "requests" | "tokens";
  bucket: Bucket;
  limit: number;
}

function describe(headers: Record<string, string>, { kind, bucket, limit }: Described): void {
  headers[`x-ratelimit-limit-${kind}`] = String(limit);
  headers[`x-ratelimit-remaining-${kind}`] = String(Math.max(0, Math.floor(bucket.level)));
  headers[`x-ratelimit-reset-${kind}`] = formatDuration(waitFor(bucket, limit, limit));
}

function exceeded(what: string, used: string, retryAfterMs: number): AppError {
  return new AppError(
    "rate_limit_exceeded",
    `Rate limit reached for this API key on ${what}: ${used}. Please try again in ${formatDuration(retryAfterMs)}.`,
    { retryAfterMs },
  );
}

/**
 * Counts one request against its key's requests and looks whether tokens are left, on this node.
 * Writes the `x-ratelimit-*` headers of the limits that the key has into `headers`, also when it throws.
 * @throws AppError rate_limit_exceeded, naming the limit
 */
export function admitRequest(principal: Principal, headers: Record<string, string>): void {
  if (principal.type !== "apiKey") return;
  const { requestsPerMinute, tokensPerMinute } = principal.limits;
  if (requestsPerMinute === null && tokensPerMinute === null) return;
  const state = stateOf(principal.keyId);
  const now = clock().now();
  if (tokensPerMinute !== null) {
    state.tokens = refill(state.tokens, tokensPerMinute, now);
    describe(headers, { kind: "tokens", bucket: state.tokens, limit: tokensPerMinute });
  }
  if (requestsPerMinute === null) return;
  const requests = refill(state.requests, requestsPerMinute, now);
  state.requests = requests;
  const allowed = requests.level >= 1;
  if (allowed) requests.level -= 1;
  describe(headers, { kind: "requests", bucket: requests, limit: requestsPerMinute });
  if (!allowed)
    throw exceeded("requests per minute", `limit ${requestsPerMinute}`, waitFor(requests, 1, requestsPerMinute));
}

/** What a run has taken from its key's limits. */
export interface RunAllowance {
  /** Replaces the estimate by what the run really used. Later calls change nothing. */
  settle(tokens: number): void;
  /** Leaves the estimate spent: what the run really uses will not be known here. Changes nothing once it is settled. */
  keep(): void;
  /** Frees the run's place. Unsettled, the estimate is given back. Later calls change nothing. */
  end(): void;
}

const unlimited: RunAllowance = { settle() {}, keep() {}, end() {} };

function takeTokens(state: KeyState, limit: number, estimate: number): { taken: number; bucket: Bucket } {
  const bucket = refill(state.tokens, limit, clock().now());
  state.tokens = bucket;
  if (bucket.level < 1) throw exceeded("tokens per minute", `limit ${limit}`, waitFor(bucket, 1, limit));
  // Never more than is there: an estimate must not refuse what the real usage might allow.
  const taken = Math.min(estimate, bucket.level);
  bucket.level -= taken;
  return { taken, bucket };
}

/**
 * Starts a run of a key: takes a place among its concurrent runs and reserves `estimate` tokens of its minute.
 * @throws AppError rate_limit_exceeded, naming the limit
 */
export function startRun(principal: Principal, estimate: number, headers: Record<string, string>): RunAllowance {
  if (principal.type !== "apiKey") return unlimited;
  const { concurrentRuns, tokensPerMinute } = principal.limits;
  if (concurrentRuns === null && tokensPerMinute === null) return unlimited;
  const state = stateOf(principal.keyId);
  if (concurrentRuns !== null && state.runs >= concurrentRuns) {
    throw exceeded("concurrent runs", `${state.runs} of ${concurrentRuns} are running`, 1000);
  }
  const reserved = tokensPerMinute === null ? null : takeTokens(state, tokensPerMinute, estimate);
  if (reserved && tokensPerMinute !== null) {
    describe(headers, { kind: "tokens", bucket: reserved.bucket, limit: tokensPerMinute });
  }
  state.runs += 1;
  return runAllowance(state, reserved);
}

function runAllowance(state: KeyState, reserved: { taken: number } | null): RunAllowance {
  let settled = reserved === null;
  let ended = false;
  const settle = (tokens: number) => {
    if (settled || !reserved) return;
    settled = true;
    if (state.tokens) state.tokens.level += reserved.taken - tokens;
  };
  return {
    settle,
    keep() {
      settled = true;
    },
    end() {
      if (ended) return;
      ended = true;
      settle(0);
      state.runs -= 1;
    },
  };
}

/** Forgets every key's counters (tests). */
export function resetRateLimits(): void {
  holder.rejoinderRateLimits?.clear();
}
