import Link from "next/link";
import type { ReactNode } from "react";
import { formatDuration, formatMoney } from "#components/format/numbers";
import { TokenCounts } from "#components/format/token-counts";
import type { Trace } from "#components/trace/trace-types";
import { CopyId } from "#components/ui/copy-id";
import { RelativeTime } from "#components/ui/relative-time";
import { RunStatus } from "#components/ui/status";

/** The run in one strip. */
export function TraceHeader({ trace }: { trace: Trace }) {
  const renamed = trace.requestedModel && trace.servedModel && trace.requestedModel !== trace.servedModel;
  return (
    <dl className="flex flex-wrap gap-x-7 gap-y-3 rounded-md border bg-surface px-4 py-3">
      <Fact name="Status">
        <RunStatus status={trace.status} />
        {trace.httpStatus !== null && <span className="figures ml-1.5 text-ink-3 text-sm">{trace.httpStatus}</span>}
      </Fact>
      <Fact name="Started">
        <RelativeTime at={trace.startedAt} />
      </Fact>
      <Fact name="Duration">
        <span className="figures">{trace.durationMs === null ? "running" : formatDuration(trace.durationMs)}</span>
      </Fact>
      {trace.timeToFirstTokenMs !== null && (
        <Fact name="First token">
          <span className="figures">{formatDuration(trace.timeToFirstTokenMs)}</span>
        </Fact>
      )}
      {trace.servedModel && (
        <Fact name="Model">
          <span className="figures text-sm">
            {renamed && <span className="text-ink-3">{trace.requestedModel} → </span>}
            {trace.servedModel}
          </span>
        </Fact>
      )}
      {trace.inputTokens !== null && (
        <Fact name="Tokens">
          <TokenCounts
            input={trace.inputTokens}
            cached={trace.cachedTokens ?? 0}
            output={trace.outputTokens ?? 0}
            reasoning={trace.reasoningTokens ?? 0}
          />
        </Fact>
      )}
      {trace.inputTokens !== null && (
        <Fact name="Cost">
          {trace.costUsd === null ? (
            <span className="text-ink-2">unpriced</span>
          ) : (
            <span className="figures">{formatMoney(trace.costUsd)}</span>
          )}
        </Fact>
      )}
      <Fact name="Caller">
        {trace.apiKeyId ? (
          <Link href={`/traces?apiKeyId=${trace.apiKeyId}`} className="rounded-xs hover:underline">
            {trace.apiKeyName ?? trace.apiKeyId}
          </Link>
        ) : (
          (trace.userName ?? "the server itself")
        )}
      </Fact>
      {trace.responseId && (
        <Fact name="Response">
          <CopyId id={trace.responseId} />
        </Fact>
      )}
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-ink-3 text-sm">{name}</dt>
      <dd className="flex min-h-5 items-center">{children}</dd>
    </div>
  );
}
