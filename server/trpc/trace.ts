import type { UserPrincipal } from "#server/auth/principal";
import type { ServiceContext } from "#server/services/context";
import { toKnownError } from "#server/services/known-error";
import { enterRun } from "#server/services/responses/capacity";
import { startTrace } from "#server/tracing/recorder";
import type { TraceRecorder } from "#server/tracing/span";

/** Begins the trace of something that a person runs from the dashboard. */
export function beginTrace(principal: UserPrincipal, name: string): TraceRecorder {
  return startTrace({ teamId: principal.teamId, name, userId: principal.userId, keepsContent: true });
}

/** Ends a trace with what went wrong. */
export function failTrace(trace: TraceRecorder, thrown: unknown): void {
  const { code, message } = toKnownError(thrown);
  trace.end({ status: code === "cancelled" ? "cancelled" : "error", error: { code, message } });
}

/**
 * Runs `work` under a trace of the person's, which ends with it. It takes one of the process's places, like a response.
 * @throws AppError overloaded, and what `work` throws
 */
export async function traced<T>(
  ctx: ServiceContext & { principal: UserPrincipal },
  name: string,
  work: (ctx: ServiceContext) => Promise<T>,
): Promise<T> {
  const slot = enterRun();
  const trace = beginTrace(ctx.principal, name);
  try {
    const result = await work({ ...ctx, trace });
    trace.end({ status: "ok" });
    return result;
  } catch (error) {
    failTrace(trace, error);
    throw error;
  } finally {
    slot.leave();
  }
}
