import Link from "next/link";
import type { ReactNode } from "react";
import { formatDuration, formatMoney } from "#components/format/numbers";
import { TokenCounts } from "#components/format/token-counts";
import type { Trace } from "#components/trace/trace-types";
import { CopyId } from "#components/ui/copy-id";
import { FactStrip } from "#components/ui/fact-strip";
import { RelativeTime } from "#components/ui/relative-time";
import { RunStatus } from "#components/ui/status";

/** The run in one strip. */
export function TraceHeader({ trace }: { trace: Trace }) {
  return <FactStrip facts={factsOf(trace)} />;
}

function factsOf(trace: Trace): { name: string; value: ReactNode }[] {
  return [
    {
      name: "Status",
      value: (
        <>
          <RunStatus status={trace.status} />
          {trace.httpStatus !== null && <span className="figures ml-1.5 text-ink-3 text-sm">{trace.httpStatus}</span>}
        </>
      ),
    },
    { name: "Started", value: <RelativeTime at={trace.startedAt} /> },
    { name: "Duration", value: figures(trace.durationMs === null ? "running" : formatDuration(trace.durationMs)) },
    ...(trace.timeToFirstTokenMs === null
      ? []
      : [{ name: "First token", value: figures(formatDuration(trace.timeToFirstTokenMs)) }]),
    ...(trace.servedModel ? [{ name: "Model", value: <ServedModel trace={trace} /> }] : []),
    ...(trace.inputTokens === null ? [] : usageFacts(trace, trace.inputTokens)),
    { name: "Caller", value: <Caller trace={trace} /> },
    ...(trace.responseId ? [{ name: "Response", value: <CopyId id={trace.responseId} /> }] : []),
  ];
}

function usageFacts(trace: Trace, input: number) {
  const counts = {
    input,
    cached: trace.cachedTokens ?? 0,
    output: trace.outputTokens ?? 0,
    reasoning: trace.reasoningTokens ?? 0,
  };
  const unpriced = <span className="text-ink-2">unpriced</span>;
  return [
    { name: "Tokens", value: <TokenCounts {...counts} /> },
    { name: "Cost", value: trace.costUsd === null ? unpriced : figures(formatMoney(trace.costUsd)) },
  ];
}

function figures(text: string) {
  return <span className="figures">{text}</span>;
}

/** The model that answered, after the name it was asked by when that is another. */
function ServedModel({ trace: { requestedModel, servedModel } }: { trace: Trace }) {
  const renamed = requestedModel && requestedModel !== servedModel;
  return (
    <span className="figures text-sm">
      {renamed && <span className="text-ink-3">{requestedModel} → </span>}
      {servedModel}
    </span>
  );
}

function Caller({ trace }: { trace: Trace }) {
  if (!trace.apiKeyId) return trace.userName ?? "the server itself";
  return (
    <Link href={`/traces?apiKeyId=${trace.apiKeyId}`} className="rounded-xs hover:underline">
      {trace.apiKeyName ?? trace.apiKeyId}
    </Link>
  );
}
