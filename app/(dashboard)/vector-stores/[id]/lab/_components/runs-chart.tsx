"use client";
import { type ReactNode, useState } from "react";
import { formatDay } from "#components/format/times";
import type { Outputs } from "#components/trpc/client";
import { Select } from "#components/ui/select";
import { Tooltip } from "#components/ui/tooltip";

export type TestRun = Outputs["testSets"]["runs"][number];

const WIDTH = 100;
const LINES = [
  { key: "recall", name: "Recall", stroke: "stroke-kind-retrieval", fill: "bg-kind-retrieval" },
  { key: "mrr", name: "MRR", stroke: "stroke-kind-storage", fill: "bg-kind-storage" },
  { key: "ndcg", name: "nDCG@10", stroke: "stroke-kind-model", fill: "bg-kind-model" },
] as const;

export interface RunsHistoryProps {
  /** Completed ones of whatever sets, newest first. */
  runs: readonly TestRun[];
  setNames: ReadonlyMap<string, string>;
}

/** The figures of one set's runs: those of different questions cannot be compared. At first the set that ran last. */
export function RunsHistory({ runs, setNames }: RunsHistoryProps) {
  const [chosen, setChosen] = useState<string | null>(null);
  const ran = [...new Set(runs.map((run) => run.testSetId))];
  const shown = ran.find((id) => id === chosen) ?? ran[0];
  if (shown === undefined) return null;
  const options = ran.map((value) => ({ value, label: setNames.get(value) ?? "–" }));
  return (
    <RunsChart runs={runs.filter((run) => run.testSetId === shown).toReversed()}>
      {options.length > 1 && (
        <Select
          size="sm"
          className="w-44"
          label="Test set of the figures"
          value={shown}
          options={options}
          onChange={setChosen}
        />
      )}
    </RunsChart>
  );
}

/** Figures of completed runs, oldest first, each a line from 0 to 1. The table of runs stands beside it. */
function RunsChart({ runs, children }: { runs: readonly TestRun[]; children: ReactNode }) {
  const across = (at: number) => (runs.length === 1 ? WIDTH / 2 : (at / (runs.length - 1)) * WIDTH);
  return (
    <figure className="min-w-0 rounded-md border bg-surface">
      <figcaption className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 pt-2.5">
        <span className="mr-auto flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
          <span className="font-medium">Figures by run</span>
          {children}
        </span>
        <span className="flex flex-wrap items-center gap-x-4 gap-y-1">
          {LINES.map((line) => (
            <span key={line.key} className="flex items-center gap-1.5 text-ink-2 text-sm">
              <span aria-hidden className={`size-2 rounded-xs ${line.fill}`} />
              {line.name} <span className="figures">{figure(runs.at(-1)?.[line.key])}</span>
            </span>
          ))}
        </span>
      </figcaption>
      <div className="px-4 pt-4 pb-2">
        <div className="relative ml-9 h-32">
          {[0, 0.5, 1].map((tick) => (
            <div key={tick} className="absolute inset-x-0 border-t" style={{ bottom: `${tick * 100}%` }}>
              <span className="figures absolute right-full -translate-y-1/2 pr-2 text-ink-3 text-xs">{tick}</span>
            </div>
          ))}
          <svg
            aria-hidden
            viewBox={`0 0 ${WIDTH} 100`}
            preserveAspectRatio="none"
            className="absolute inset-0 size-full"
          >
            {LINES.map((line) => (
              <polyline
                key={line.key}
                fill="none"
                strokeWidth={1.5}
                vectorEffect="non-scaling-stroke"
                className={line.stroke}
                points={runs.map((run, at) => `${across(at)},${100 - (run[line.key] ?? 0) * 100}`).join(" ")}
              />
            ))}
          </svg>
          {runs.map((run, at) => (
            <Tooltip key={run.id} content={<RunFigures run={run} />}>
              <span
                className="-translate-x-1/2 absolute inset-y-0 w-2.5 hover:bg-raised/70"
                style={{ left: `${across(at)}%` }}
              >
                {LINES.map((line) => (
                  <span
                    key={line.key}
                    aria-hidden
                    className={`-translate-x-1/2 absolute left-1/2 size-1.5 translate-y-1/2 rounded-full ${line.fill}`}
                    style={{ bottom: `${(run[line.key] ?? 0) * 100}%` }}
                  />
                ))}
              </span>
            </Tooltip>
          ))}
        </div>
        <div aria-hidden className="ml-9 flex justify-between pt-1.5 text-ink-3 text-xs">
          {[runs[0], runs.length > 1 ? runs.at(-1) : undefined].map(
            (run) => run && <span key={run.id}>{formatDay(run.createdAt)}</span>,
          )}
        </div>
      </div>
    </figure>
  );
}

function RunFigures({ run }: { run: TestRun }) {
  return (
    <span className="flex flex-col">
      {LINES.map((line) => (
        <span key={line.key}>
          {line.name} <span className="figures">{figure(run[line.key])}</span>
        </span>
      ))}
    </span>
  );
}

/** A figure from 0 to 1, or a dash. */
export function figure(value: number | null | undefined): string {
  return value == null ? "–" : value.toFixed(3);
}
