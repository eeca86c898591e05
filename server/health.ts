import type { IncomingMessage, ServerResponse } from "node:http";
import { readiness } from "#server/db/health";

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(JSON.stringify(body));
}

/**
 * Answers `GET /healthz` (the process runs) and `GET /readyz` (database, migrations and job queue are usable, else 503).
 * Returns false for any other path.
 */
export function answerHealth(request: IncomingMessage, response: ServerResponse): boolean {
  const path = request.url?.split("?", 1)[0];
  if (path === "/healthz") {
    answer(response, 200, { status: "ok" });
    return true;
  }
  if (path !== "/readyz") return false;
  readiness().then(
    (state) => answer(response, state.ready ? 200 : 503, state),
    () => answer(response, 503, { ready: false }),
  );
  return true;
}
