import type { IncomingMessage, ServerResponse } from "node:http";
import type { Scope } from "#server/auth/principal";
import type { Dialect } from "#server/protocol/dialect";
import type { ServiceContext } from "#server/services/context";

/** One authenticated, admitted request as its handler sees it. */
export interface ApiRequest {
  ctx: ServiceContext;
  dialect: Dialect;
  /** Path parameters by their name in the route's path, decoded. */
  params: Record<string, string>;
  query: URLSearchParams;
  headers: Headers;
  /**
   * The JSON body; {} when there is none. `onBytes` hears of each piece before it is kept, and may throw; without it the
   * pieces count against MAX_QUEUED_BYTES until the answer is made.
   * Throws AppError `invalid_json`, `payload_too_large` or `overloaded`.
   */
  json(onBytes?: (count: number) => void): Promise<unknown>;
  /** For bodies that are streamed (multipart). */
  raw: Request;
  /** Node's own request and response; null inside Next, where only `raw` and web streams exist. */
  incoming: IncomingMessage | null;
  outgoing: ServerResponse | null;
  /** Headers that every answer to this request carries. Handlers may add to them. */
  answerHeaders: Record<string, string>;
  /** Says that the caller is gone: aborts `ctx.signal`. */
  abandon(): void;
  /** When the request arrived, on `performance.now()`. */
  startedAt: number;
}

/** Answers one request. Throws AppError for everything that goes wrong. */
export type ApiHandler = (request: ApiRequest) => Promise<Response>;

/** One line of the route table in app.ts. */
export interface ApiRoute {
  method: "GET" | "POST" | "DELETE";
  /** Hono's syntax: `/v1/files/:file_id`. */
  path: string;
  /** What an API key must hold; null: any caller, also without a key. */
  scope: Scope | null;
  handle: ApiHandler;
  /** True: runs a model or a search, so it leaves a trace also when it succeeds. Refused requests always do. */
  traced?: boolean;
  /** True: shows or changes what the team keeps together, which is no matter of callers with a vendor's key. */
  teamOnly?: boolean;
}
