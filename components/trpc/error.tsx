import { TRPCClientError } from "@trpc/client";
import type { AppRouter } from "#server/trpc/root";

/** What a page needs to know of a failed call. */
export interface ApiProblem {
  /** The server's own code (`permission_denied`, `not_found`, …); null when the server was not reached. */
  code: string | null;
  /** Meant to be shown. */
  message: string;
  /** The input field at fault, as a path (`scopes.0`), or null. */
  field: string | null;
  /** What to wait before another try, in milliseconds, or null. */
  retryAfterMs: number | null;
}

/** Reads code, message and field from whatever a query or mutation failed with. */
export function problemOf(error: unknown): ApiProblem {
  if (error instanceof TRPCClientError) {
    const { data }: TRPCClientError<AppRouter> = error;
    if (data) {
      return { code: data.appCode, message: error.message, field: data.param, retryAfterMs: data.retryAfterMs };
    }
  }
  return { code: null, message: "The server could not be reached.", field: null, retryAfterMs: null };
}

/** True for what another try may mend: the server was away or overloaded. A refusal stays a refusal. */
export function shouldRetry(failures: number, error: unknown): boolean {
  const { code } = problemOf(error);
  return failures < 3 && (code === null || code === "database_unavailable" || code === "overloaded");
}
