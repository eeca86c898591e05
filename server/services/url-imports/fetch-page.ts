import { config } from "#server/config";
import { AppError, isAppError } from "#server/errors";
import { type OutboundAnswer, outboundFetch } from "#server/outbound/outbound-fetch";

const HEADERS = { accept: "*/*", "user-agent": "Rejoinder/1.0" };

/** What is the page's fault, not ours. */
const FAULTS = new Set([
  "outbound_not_allowed",
  "payload_too_large",
  "provider_error",
  "provider_timeout",
  "invalid_value",
]);

/**
 * Fetches a page or sitemap through the outbound guard.
 * @throws AppError outbound_not_allowed, payload_too_large, provider_timeout; provider_error for no connection, a status
 *   other than 200, or an empty answer; the signal's reason
 */
export async function fetchPage(url: string, signal: AbortSignal): Promise<OutboundAnswer> {
  const { INPUT_FETCH_TIMEOUT_SECONDS: timeoutMs, URL_IMPORT_MAX_BYTES: maxBytes } = config();
  const answer = await outboundFetch(url, { signal, timeoutMs, maxBytes, headers: HEADERS });
  if (answer.status !== 200) {
    throw new AppError("provider_error", `"${new URL(answer.url).host}" answered ${answer.status}.`);
  }
  if (answer.body.length === 0) throw new AppError("provider_error", "The answer is empty.");
  return answer;
}

/** Why a page or sitemap could not be had, in words for whoever named it; null for what is not its fault. */
export function whyNotFetched(error: unknown, signal: AbortSignal): string | null {
  return !signal.aborted && isAppError(error) && FAULTS.has(error.code) ? error.message : null;
}
