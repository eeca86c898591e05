"use client";
import { memo, useMemo } from "react";
import { formatCount, formatDuration } from "#components/format/numbers";
import { ItemView } from "#components/items/item-view";
import { passagesOf } from "#components/items/passages";
import { TraceLink } from "#components/trace/trace-link";
import { keyed } from "#components/ui/keyed";
import { Callout, RunStatus } from "#components/ui/status";
import { inputItems, type Turn } from "./turns";

/** A question and its answer, with what it took. */
export const TurnView = memo(function TurnView({ turn, vectorStoreId }: { turn: Turn; vectorStoreId: string | null }) {
  const output = turn.response?.output ?? [];
  const passages = useMemo(() => passagesOf(turn.response?.output ?? []), [turn.response]);
  return (
    <section aria-label="Turn" className="flex min-w-0 flex-col gap-4">
      <div className="flex flex-col gap-2 self-end rounded-lg bg-raised px-3.5 py-2 max-sm:max-w-full sm:max-w-[85%]">
        {keyed(inputItems(turn), (item) => item.id ?? item.type).map(({ key, item }) => (
          <ItemView key={key} item={item} passages={[]} />
        ))}
      </div>
      <div className="flex min-w-0 flex-col gap-3">
        {keyed(output, (item) => item.id).map(({ key, item }) => (
          <ItemView
            key={key}
            item={item}
            passages={passages}
            vectorStoreId={vectorStoreId}
            durationMs={turn.durations[item.id]}
          />
        ))}
        {turn.state === "running" && output.length === 0 && <RunStatus status="running" />}
        {turn.failure && (
          <Callout tone="danger" title="The run failed">
            {turn.failure}
          </Callout>
        )}
        {turn.response?.status === "incomplete" && (
          <Callout tone="warning">
            The answer is incomplete:{" "}
            {turn.response.incomplete_details?.reason === "max_output_tokens"
              ? "it reached the most output tokens"
              : "its content was filtered"}
            .
          </Callout>
        )}
        <TurnFooter turn={turn} />
      </div>
    </section>
  );
});

function TurnFooter({ turn }: { turn: Turn }) {
  const usage = turn.response?.usage;
  if (turn.state === "running") return null;
  const facts = [
    turn.state === "stopped" ? "stopped" : null,
    turn.durationMs === null ? null : formatDuration(turn.durationMs),
    turn.firstTextMs === null ? null : `first text ${formatDuration(turn.firstTextMs)}`,
    usage ? `${formatCount(usage.input_tokens)} in, ${formatCount(usage.output_tokens)} out` : null,
    turn.response?.model ?? null,
  ];
  return (
    <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-ink-3 text-sm">
      {facts.filter(Boolean).map((fact) => (
        <span key={fact} className="figures text-xs">
          {fact}
        </span>
      ))}
      {turn.response && <TraceLink responseId={turn.response.id} />}
    </p>
  );
}
