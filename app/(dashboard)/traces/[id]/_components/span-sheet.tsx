"use client";
import { formatDuration } from "#components/format/numbers";
import { formatExactTime, toEpochMs } from "#components/format/times";
import { kindLook } from "#components/trace/span-kind";
import type { Span } from "#components/trace/trace-types";
import { CopyId } from "#components/ui/copy-id";
import { FactList } from "#components/ui/fact-list";
import { Sheet } from "#components/ui/sheet";
import { Callout, RunStatus } from "#components/ui/status";
import { attributeFacts } from "./attribute-facts";
import { SpanContent } from "./span-content";

export interface SpanSheetProps {
  traceId: string;
  span: Span | null;
  onClose: () => void;
}

/** One span with its times, attributes and content, beside the waterfall. */
export function SpanSheet({ traceId, span, onClose }: SpanSheetProps) {
  return (
    <Sheet open={span !== null} onOpenChange={onClose} title={span?.name ?? "Span"}>
      {span && (
        <div className="flex flex-col gap-5 p-4">
          {span.errorMessage && (
            <Callout tone="danger" title={span.errorCode}>
              {span.errorMessage}
            </Callout>
          )}
          <FactList facts={timesOf(span)} />
          {Object.keys(span.attributes).length > 0 && (
            <section>
              <h3 className="mb-2 font-medium">Attributes</h3>
              <FactList facts={attributeFacts(span.attributes)} />
            </section>
          )}
          {span.hasContent && (
            <section>
              <h3 className="mb-2 font-medium">Content</h3>
              <SpanContent traceId={traceId} span={span} />
            </section>
          )}
        </div>
      )}
    </Sheet>
  );
}

function timesOf(span: Span) {
  const figure = (text: string) => <span className="figures text-sm">{text}</span>;
  return [
    { name: "Status", value: <RunStatus status={span.status} /> },
    { name: "Kind", value: kindLook(span.kind).label },
    { name: "Start", value: figure(`+${formatDuration(span.offsetMs)}`) },
    { name: "Duration", value: figure(`${formatDuration(span.durationMs)} (${span.durationMs.toFixed(2)} ms)`) },
    ...(span.firstTokenMs === null
      ? []
      : [{ name: "First token", value: figure(`+${formatDuration(span.firstTokenMs)}`) }]),
    { name: "Exact start", value: figure(formatExactTime(toEpochMs(span.startedAt))) },
    { name: "Span id", value: <CopyId id={span.id.slice(-16)} whole /> },
  ];
}
