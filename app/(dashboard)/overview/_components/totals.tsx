import type { ReactNode } from "react";
import { formatCount, formatDuration, formatExact, formatMoney, formatShare } from "#components/format/numbers";
import { Tooltip } from "#components/ui/tooltip";
import type { Overview } from "./overview-page";

/** The window in six figures. */
export function Totals({ overview }: { overview: Overview }) {
  const { totals, latency } = overview;
  const allUnpriced = totals.unpriced === totals.requests;
  return (
    <dl className="grid grid-cols-2 gap-px overflow-hidden rounded-md border bg-line md:grid-cols-3 xl:grid-cols-6">
      <Figure name="Requests" value={formatCount(totals.requests)} exact={formatExact(totals.requests)}>
        in the window
      </Figure>
      <Figure
        name="Failed"
        value={formatShare(totals.failed / totals.requests)}
        exact={formatExact(totals.failed)}
        bad={totals.failed > 0}
      >
        {formatExact(totals.failed)} of {formatCount(totals.requests)}
      </Figure>
      <Figure
        name="Tokens"
        value={formatCount(totals.inputTokens + totals.outputTokens)}
        exact={`${formatExact(totals.inputTokens)} in, ${formatExact(totals.outputTokens)} out`}
      >
        {formatCount(totals.inputTokens)} in, {formatCount(totals.outputTokens)} out
      </Figure>
      <Figure name="Cost" value={allUnpriced ? "Unpriced" : formatMoney(totals.costUsd)} exact={`$${totals.costUsd}`}>
        {totals.unpriced > 0 ? `${formatCount(totals.unpriced)} requests without a price` : "every request priced"}
      </Figure>
      <Percentiles name="Duration" values={latency.durationMs} />
      <Percentiles name="First token" values={latency.timeToFirstTokenMs} />
    </dl>
  );
}

function Percentiles({ name, values }: { name: string; values: { p50: number; p95: number; p99: number } | null }) {
  if (!values) {
    return (
      <Figure name={name} value="–">
        none in 24 h
      </Figure>
    );
  }
  return (
    <Figure name={name} value={formatDuration(values.p50)} exact={`p99 ${formatDuration(values.p99)}`}>
      median of 24 h, p95 {formatDuration(values.p95)}
    </Figure>
  );
}

interface FigureProps {
  name: string;
  value: string;
  exact?: string;
  bad?: boolean;
  children: ReactNode;
}

function Figure({ name, value, exact, bad, children }: FigureProps) {
  const figure = <span className={bad ? "text-danger" : undefined}>{value}</span>;
  return (
    <div className="min-w-0 bg-surface px-4 py-3">
      <dt className="text-ink-3 text-sm">{name}</dt>
      <dd className="figures truncate text-xl tracking-tight">
        {exact ? <Tooltip content={<span className="figures">{exact}</span>}>{figure}</Tooltip> : figure}
      </dd>
      <dd className="text-ink-3 text-sm">{children}</dd>
    </div>
  );
}
