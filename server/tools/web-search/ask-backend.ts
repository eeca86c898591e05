import type { z } from "zod";
import { config } from "#server/config";
import { AppError } from "#server/errors";
import { outboundFetch } from "#server/outbound/outbound-fetch";

const MAX_ANSWER_BYTES = 8 * 1024 * 1024;

export interface BackendRequest {
  /** The engine's name, for whoever reads of a failure. */
  name: string;
  url: URL;
  headers: Record<string, string>;
  /** Sent as JSON by POST; without one it is a GET. */
  body?: object;
  signal: AbortSignal;
}

/**
 * Asks a search engine, whose address is the operator's, and reads its answer by `schema`.
 * @throws AppError tool_server_error for a status other than 200 and an answer of another form; provider_timeout;
 *   provider_error (no connection); payload_too_large; the signal's reason
 */
export async function askBackend<S extends z.ZodType>(request: BackendRequest, schema: S): Promise<z.output<S>> {
  const { name, url, headers, body, signal } = request;
  const sent = body === undefined ? {} : { method: "POST" as const, body: JSON.stringify(body) };
  const answer = await outboundFetch(url.href, {
    ...sent,
    headers: { accept: "application/json", ...(body ? { "content-type": "application/json" } : {}), ...headers },
    signal,
    timeoutMs: config().WEB_SEARCH_TIMEOUT_SECONDS,
    maxBytes: MAX_ANSWER_BYTES,
    policy: null,
  });
  if (answer.status !== 200) throw refusal(name, answer.status);
  const parsed = schema.safeParse(jsonOf(answer.body));
  if (parsed.success) return parsed.data;
  throw new AppError("tool_server_error", `The search engine (${name}) gave an answer that cannot be read.`);
}

function refusal(name: string, status: number): AppError {
  const why: Record<number, string> = {
    401: "it does not know this server's key",
    403: name === "searxng" ? "its JSON format is off, or it admits nobody" : "this server's key may not search",
    429: "it allows no more searches for now",
  };
  const words = why[status] ? `: ${why[status]}` : "";
  return new AppError("tool_server_error", `The search engine (${name}) answered ${status}${words}.`);
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}
