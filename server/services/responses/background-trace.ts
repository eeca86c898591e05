import { z } from "zod";
import type { Principal } from "#server/auth/principal";
import { clock } from "#server/clock";
import type { BackgroundRunRow } from "#server/db/background-runs";
import type { LogKey } from "#server/db/response-events";
import type { StoredPrincipal } from "#server/services/responses/queue-response";
import { startTrace } from "#server/tracing/recorder";
import type { TraceRecorder } from "#server/tracing/span";

const NO_RULES = { allowedIds: null, defaultIds: [] };

/** Who asked for a background response. Only this server writes the row, so it is not validated again. */
function principalOf(run: BackgroundRunRow): Principal {
  const stored = run.principal as StoredPrincipal;
  if (stored.type === "passthrough") return { ...stored, providerKey: "" };
  // Rows of before there were saved tools say nothing of them.
  return stored.type === "apiKey" ? { ...stored, tools: stored.tools ?? NO_RULES } : stored;
}

/** The name of a trace whose request only answers requests for approval, for a person. */
export const APPROVAL_TRACE = "approval";

const OnlyApprovals = z.looseObject({
  input: z.array(z.looseObject({ type: z.literal("mcp_approval_response") })).min(1),
});

function nameOf(principal: Principal, request: unknown): string {
  if (principal.type !== "user") return "POST /v1/responses";
  return OnlyApprovals.safeParse(request).success ? APPROVAL_TRACE : "playground";
}

/** Goes on with the trace of the request that queued the response, from when it came in. */
export function startBackgroundTrace(
  { teamId }: LogKey,
  run: BackgroundRunRow,
): { principal: Principal; trace: TraceRecorder } {
  const principal = principalOf(run);
  const trace = startTrace({
    traceId: run.traceId,
    teamId,
    name: nameOf(principal, run.request),
    keepsContent: principal.type !== "apiKey" || principal.logContent,
    startedAt: performance.now() - (clock().now() - run.createdAt),
    ...(principal.type === "apiKey" && { apiKeyId: principal.keyId }),
    ...(principal.type === "user" && { userId: principal.userId }),
  });
  return { principal, trace };
}
