import { clock } from "#server/clock";
import { config } from "#server/config";
import { AppError, isAppError } from "#server/errors";
import type { Connection } from "#server/providers/provider";
import { endpoint, requestHeaders } from "#server/providers/shared/endpoint";
import { objectOf } from "#server/providers/shared/json";
import { openUpstream } from "#server/providers/shared/upstream";

const MAX_BYTES = 64 * 1024;

/** Statuses of a server that has no such route. */
const NO_ROUTE: ReadonlySet<unknown> = new Set([404, 405, 501]);
/** Statuses of a server that has read the empty request and found it wrong. */
const WRONG_REQUEST: ReadonlySet<unknown> = new Set([400, 422]);

/** True for the failure of a server that has no `/responses` at all; one that lacks only the model is none. */
export function lacksResponses(failure: unknown): boolean {
  return isAppError(failure) && failure.code === "provider_error" && NO_ROUTE.has(failure.detail.status);
}

/**
 * Asks a server whether it speaks the Responses API, by a request that asks nothing of any model: `{}`. A server with
 * the route finds it wrong (400, 422). Null when the answer says neither: a refused credential, a failure, silence.
 */
export async function probeResponses(connection: Connection): Promise<boolean | null> {
  const stop = new AbortController();
  const cancel = clock().after(config().PROVIDER_WIRE_PROBE_SECONDS, () =>
    stop.abort(new AppError("provider_timeout", "The provider did not say which API it speaks.")),
  );
  try {
    const upstream = await openUpstream({
      connection,
      url: endpoint(connection, "/responses"),
      method: "POST",
      headers: requestHeaders(connection),
      body: "{}",
      signal: stop.signal,
      maxAttempts: 1,
    });
    const first = await upstream.read();
    upstream.close();
    return isResponse(first);
  } catch (error) {
    if (lacksResponses(error)) return false;
    return isAppError(error) && WRONG_REQUEST.has(error.detail.status) ? true : null;
  } finally {
    cancel();
  }
}

/** A success without a request: only a response of that API counts. Some servers answer every path. */
function isResponse(first: Buffer | null): boolean {
  const text = first?.subarray(0, MAX_BYTES).toString("utf8") ?? "";
  if (text.includes('"response.created"')) return true;
  try {
    return objectOf(JSON.parse(text))?.object === "response";
  } catch {
    return false;
  }
}
