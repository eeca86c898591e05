import { LRUCache } from "lru-cache";
import { clock } from "#server/clock";
import { config } from "#server/config";
import type { ModelTarget } from "#server/services/models/choose-target";

/** `open`: not to be asked; `half_open`: its time is over, and one request tries whether it works again. */
export type BreakerState = "closed" | "open" | "half_open";

export interface BreakerReport {
  state: BreakerState;
  /** Failures in a row. */
  failures: number;
  /** When an open one may be tried again, in epoch milliseconds; null while it is closed. */
  retryAt: number | null;
}

interface Breaker {
  failures: number;
  openedAt: number | null;
  /** One request is trying a half-open one. */
  probing: boolean;
}

const MAX_BREAKERS = 5_000;

const holder = globalThis as typeof globalThis & { rejoinderBreakers?: LRUCache<string, Breaker> };

/** Of this process: nodes find out for themselves, since what fails for one may work for another. */
function breakers(): LRUCache<string, Breaker> {
  holder.rejoinderBreakers ??= new LRUCache<string, Breaker>({ max: MAX_BREAKERS });
  return holder.rejoinderBreakers;
}

/** The name of a target's circuit breaker. A team's own: another's key or address may fail where this one's works. */
export function breakerOf(teamId: string, { connection, modelId }: ModelTarget): string {
  return [teamId, connection.id, connection.baseUrl ?? "", modelId].join(" ");
}

function stateOf(breaker: Breaker | undefined): BreakerState {
  if (!breaker || breaker.openedAt === null) return "closed";
  return clock().now() - breaker.openedAt >= config().BREAKER_OPEN_SECONDS ? "half_open" : "open";
}

/** How the breaker of `key` stands on this node. */
export function readBreaker(key: string): BreakerReport {
  const breaker = breakers().get(key);
  const openedAt = breaker?.openedAt ?? null;
  return {
    state: stateOf(breaker),
    failures: breaker?.failures ?? 0,
    retryAt: openedAt === null ? null : openedAt + config().BREAKER_OPEN_SECONDS,
  };
}

/** True when `key` may be asked now. A half-open one admits one request, until the outcome of that is told. */
function admits(key: string): boolean {
  const breaker = breakers().get(key);
  const state = stateOf(breaker);
  if (!breaker || state === "closed") return true;
  if (state === "open" || breaker.probing) return false;
  breaker.probing = true;
  return true;
}

/**
 * The candidates in their order, those whose breaker admits no request last: better than no answer. Each is asked
 * whether it admits one when its turn comes, so the outcome of every one that is taken must be told.
 */
export function* inTurn<T extends { breaker: string | null }>(candidates: readonly T[]): Generator<T, void> {
  const refused: T[] = [];
  for (const candidate of candidates) {
    if (candidate.breaker === null || admits(candidate.breaker)) yield candidate;
    else refused.push(candidate);
  }
  yield* refused;
}

/** A request to `key` was answered: its breaker closes. */
export function recordSuccess(key: string): void {
  breakers().delete(key);
}

/** A request to `key` failed. BREAKER_FAILURES in a row open its breaker; so does a failed try of a half-open one. */
export function recordFailure(key: string): void {
  const breaker = breakers().get(key) ?? { failures: 0, openedAt: null, probing: false };
  breaker.failures += 1;
  const opens = breaker.openedAt === null ? breaker.failures >= config().BREAKER_FAILURES : breaker.probing;
  if (opens) breaker.openedAt = clock().now();
  breaker.probing = false;
  breakers().set(key, breaker);
}

/** A request to `key` ended without saying anything about it: its caller left, or asked what no target can answer. */
export function recordNothing(key: string): void {
  const breaker = breakers().get(key);
  if (breaker) breaker.probing = false;
}

/** Closes all breakers (tests). */
export function forgetBreakers(): void {
  breakers().clear();
}
