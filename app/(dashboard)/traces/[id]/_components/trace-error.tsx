import type { Span, Trace } from "#components/trace/trace-types";
import { Callout } from "#components/ui/status";

/** Who failed, in words for a reader. */
function culpritOf(trace: Trace, spans: readonly Span[]): string {
  const code = trace.errorCode ?? "";
  if (code === "provider_auth_error") return "The provider refused its own key";
  if (code.startsWith("provider_")) return "The provider failed";
  if (code === "rate_limit_exceeded") return "A limit of the key was reached";
  if (spans.some((span) => span.kind === "tool" && span.status === "error")) return "A tool failed";
  if (trace.httpStatus !== null && trace.httpStatus < 500) return "The request was refused";
  return "The server failed";
}

/** What went wrong, whose it was, and what to do next. */
export function TraceError({ trace, spans }: { trace: Trace; spans: readonly Span[] }) {
  if (trace.status === "lost") {
    return (
      <Callout tone="warning" title="This run never ended">
        The process that ran it stopped. What it had written is in the database; the rest is lost.
      </Callout>
    );
  }
  if (trace.status !== "error") return null;
  return (
    <Callout tone="danger" title={culpritOf(trace, spans)}>
      {trace.errorMessage ?? "No message was given."}
      {trace.errorCode && <span className="figures ml-2 text-ink-3 text-sm">{trace.errorCode}</span>}
      {trace.errorCode === "provider_auth_error" && " Rotate the key of that connection on the Providers page."}
    </Callout>
  );
}
