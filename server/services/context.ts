import type { Principal } from "#server/auth/principal";
import type { TraceRecorder } from "#server/tracing/span";

/** What every use case receives beside its input. */
export interface ServiceContext {
  principal: Principal;
  /** Aborted when the caller is gone. */
  signal: AbortSignal;
  trace: TraceRecorder;
}
