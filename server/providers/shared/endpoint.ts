import { AppError } from "#server/errors";
import type { Connection } from "#server/providers/provider";

/** The absolute URL of `path` under a connection's base URL; a query of the base URL is kept. */
export function endpoint(connection: Connection, path: string): string {
  const base = URL.parse(connection.baseUrl ?? "");
  if (!base) {
    throw new AppError("provider_error", `The connection "${connection.name}" has no usable base URL.`, {
      detail: { provider: connection.name },
    });
  }
  base.pathname = base.pathname.replace(/\/+$/, "") + path;
  return base.href;
}

/** Headers of a JSON request to the vendor, with the connection's key when it has one. */
export function requestHeaders(connection: Connection): Record<string, string> {
  return {
    "content-type": "application/json",
    accept: "text/event-stream, application/json",
    "user-agent": "rejoinder",
    ...(connection.apiKey === null ? {} : { authorization: `Bearer ${connection.apiKey}` }),
  };
}
