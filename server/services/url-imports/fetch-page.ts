import { config } from "#server/config";
import { AppError, isAppError } from "#server/errors";
import { fetchRemote, type RemoteContent } from "#server/services/files/fetch-remote";

/** What is the page's fault, not ours. */
const FAULTS = new Set([
  "outbound_not_allowed",
  "payload_too_large",
  "provider_error",
  "provider_timeout",
  "invalid_value",
]);

/**
 * Fetches a page or sitemap.
 * @throws AppError what {@link fetchRemote} throws, and provider_error for an empty answer; the signal's reason
 */
export async function fetchPage(url: string, signal: AbortSignal): Promise<RemoteContent> {
  const answer = await fetchRemote(url, { signal, maxBytes: config().URL_IMPORT_MAX_BYTES });
  if (answer.body.length === 0) throw new AppError("provider_error", "The answer is empty.");
  return answer;
}

/** Why a page or sitemap could not be had, in words for whoever named it; null for what is not its fault. */
export function whyNotFetched(error: unknown, signal: AbortSignal): string | null {
  return !signal.aborted && isAppError(error) && FAULTS.has(error.code) ? error.message : null;
}
