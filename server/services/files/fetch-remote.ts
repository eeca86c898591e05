import { config } from "#server/config";
import { AppError } from "#server/errors";
import { outboundFetch } from "#server/outbound/outbound-fetch";

const HEADERS = { accept: "*/*", "user-agent": "Rejoinder/1.0" };

/** What an address has answered. */
export interface RemoteContent {
  body: Buffer;
  /** Where it came from, after redirects. */
  url: string;
  /** In small letters, without parameters; empty where the answer names none. */
  mediaType: string;
}

/**
 * Fetches what a user's address names, through the outbound guard and within INPUT_FETCH_TIMEOUT_SECONDS.
 * @throws AppError outbound_not_allowed, payload_too_large, provider_timeout; provider_error for no connection or a
 *   status other than 200; the signal's reason
 */
export async function fetchRemote(
  address: string,
  { signal, maxBytes }: { signal: AbortSignal; maxBytes: number },
): Promise<RemoteContent> {
  const timeoutMs = config().INPUT_FETCH_TIMEOUT_SECONDS;
  const answer = await outboundFetch(address, { signal, timeoutMs, maxBytes, headers: HEADERS });
  const { status, url, headers, body } = answer;
  if (status !== 200) throw new AppError("provider_error", `"${new URL(url).host}" answered ${status}.`);
  return { body, url, mediaType: headers["content-type"]?.split(";", 1)[0]?.trim().toLowerCase() ?? "" };
}
