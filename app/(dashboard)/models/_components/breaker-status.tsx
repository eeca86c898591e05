import { CirclePause, Hourglass } from "lucide-react";
import { formatPlural } from "#components/format/numbers";
import { RelativeTime } from "#components/ui/relative-time";
import { Status } from "#components/ui/status";
import type { RouteTarget } from "./targets";

/** How a target does on the node that answered: its circuit breaker in words. */
export function BreakerStatus({ target: { breaker } }: { target: Pick<RouteTarget, "breaker"> }) {
  if (!breaker) return <Status tone="danger">No connection answers this name</Status>;
  if (breaker.state === "open") {
    return (
      <span className="flex flex-wrap items-center gap-x-2 text-sm">
        <Status tone="warning" icon={CirclePause}>
          Asked last
        </Status>
        <span className="text-ink-3">
          after {formatPlural(breaker.failures, "failure")}
          {breaker.retryAt !== null && (
            <>
              , tried again <RelativeTime at={breaker.retryAt} />
            </>
          )}
        </span>
      </span>
    );
  }
  if (breaker.state === "half_open") {
    return (
      <Status tone="warning" icon={Hourglass}>
        Tried with the next request
      </Status>
    );
  }
  if (breaker.failures > 0) return <Status tone="warning">{formatPlural(breaker.failures, "failure")} in a row</Status>;
  return (
    <Status tone="ok" iconOnly>
      Answers
    </Status>
  );
}
