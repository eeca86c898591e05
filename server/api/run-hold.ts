import { type RunAllowance, startRun } from "#server/api/rate-limit";
import type { ApiRequest } from "#server/api/route";
import type { ResponseResource } from "#server/protocol/response";
import { enterRun, type RunSlot } from "#server/services/responses/capacity";

/** What one request holds of the process and of its key's limits, until its run is over. */
export interface RunHold {
  slot: RunSlot;
  allowance: RunAllowance | null;
}

/** Names under which the shapes of a request limit their answer's tokens. */
const TOKEN_LIMITS = ["max_output_tokens", "max_completion_tokens", "max_tokens"];

/**
 * Takes one of this process's run slots.
 * @throws AppError overloaded
 */
export function openHold(): RunHold {
  return { slot: enterRun(), allowance: null };
}

/** Gives everything back. Later calls change nothing. */
export function letGo({ slot, allowance }: RunHold): void {
  slot.leave();
  allowance?.end();
}

/** Tokens a request may take, before they are known: about four bytes of body each, and what the answer may have. */
export function estimateTokens(bytes: number, body: unknown): number {
  const fields: Record<string, unknown> = typeof body === "object" && body !== null ? { ...body } : {};
  const asked = TOKEN_LIMITS.map((name) => fields[name]).find((value) => typeof value === "number");
  return Math.ceil(bytes / 4) + (typeof asked === "number" ? asked : 0);
}

/**
 * Reads the JSON body of a run, counted against the bytes this process may hold, and reserves its tokens.
 * @throws AppError invalid_json, payload_too_large, overloaded, rate_limit_exceeded
 */
export async function readRunBody(request: ApiRequest, hold: RunHold): Promise<unknown> {
  let bytes = 0;
  const body = await request.json((count) => {
    bytes += count;
    hold.slot.hold(count);
  });
  hold.allowance = startRun(request.ctx.principal, estimateTokens(bytes, body), request.answerHeaders);
  return body;
}

/** Headers of a request that say which model answers it and for whom. */
export function runHeadersOf({ headers }: ApiRequest) {
  return {
    providerHeader: headers.get("x-model-provider"),
    providerApiKey: headers.get("x-provider-api-key"),
    idempotencyKey: headers.get("idempotency-key"),
  };
}

/** What of a run its answer's headers tell. */
export interface ToldRun {
  /** Who answers, as far as it is known; null when the answer is repeated for its Idempotency-Key. */
  model(): { provider: string; name: string } | null;
  /** 1, and one more for each try at a vendor that failed so far. */
  attempts(): number;
  /** Milliseconds spent waiting for the model so far. */
  upstreamMs(): number;
}

/** Who answers, after how many tries, and what of the time so far was ours: as it is known when the headers go out. */
export function noteRun({ answerHeaders, startedAt }: ApiRequest, run: ToldRun): void {
  const ours = performance.now() - startedAt - run.upstreamMs();
  answerHeaders["x-rejoinder-overhead-ms"] = Math.max(0, ours).toFixed(1);
  const model = run.model();
  if (!model) {
    answerHeaders["idempotent-replayed"] = "true";
    return;
  }
  answerHeaders["x-rejoinder-provider"] = model.provider;
  answerHeaders["x-rejoinder-model"] = model.name;
  answerHeaders["x-rejoinder-attempts"] = String(run.attempts());
}

/** Replaces the estimate of a run's tokens by what its response really used. */
export function settleUsage({ allowance }: RunHold, response: ResponseResource): void {
  if (response.usage) allowance?.settle(response.usage.total_tokens);
}
