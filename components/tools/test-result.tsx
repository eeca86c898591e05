import type { ReactNode } from "react";
import { formatDuration } from "#components/format/numbers";
import { ArgumentsView } from "#components/items/arguments-view";
import type { ToolTest } from "#components/tools/tool-types";
import { Status } from "#components/ui/status";

/** What came of a test: the outcome in a line, then what was sent and what came back. */
export function TestResult({ test }: { test: ToolTest }) {
  const { exchange, output, tools } = test;
  return (
    <div role="status" className="flex min-w-0 flex-col gap-2">
      <p className="flex flex-wrap items-center gap-x-2">
        <Status tone={test.ok ? "ok" : "danger"}>{test.ok ? "It works" : "It failed"}</Status>
        <span className="figures text-ink-3 text-xs">{formatDuration(test.latencyMs)}</span>
        {test.ok && tools && <span className="text-ink-2">{tools.length} tools</span>}
      </p>
      {test.error && <p className="text-danger [overflow-wrap:anywhere]">{test.error.message}</p>}
      {exchange?.request && (
        <Part title="Request">
          <p className="figures px-3 py-2 text-sm [overflow-wrap:anywhere]">
            {exchange.request.method} {exchange.request.url}
          </p>
          {exchange.request.body && <ArgumentsView text={exchange.request.body} label="Request body" />}
        </Part>
      )}
      {exchange?.answer && (
        <Part title={`Answer ${exchange.answer.status}`}>
          <ArgumentsView text={exchange.answer.body} label="Answer" />
        </Part>
      )}
      {output && (
        <Part title="What the model reads">
          <ArgumentsView text={output} label="What the model reads" />
        </Part>
      )}
    </div>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="min-w-0 overflow-hidden rounded-md border bg-canvas">
      <p className="border-b px-3 py-1 text-ink-3 text-sm">{title}</p>
      {children}
    </div>
  );
}
