"use client";
import Link from "next/link";
import { formatDuration } from "#components/format/numbers";
import { useMay } from "#components/shell/shell-context";
import { nameFailure } from "#components/trace/name-failure";
import { Panel } from "#components/ui/panel";
import { RelativeTime } from "#components/ui/relative-time";
import { RunStatus } from "#components/ui/status";
import type { Overview } from "./overview-page";

type Row = Overview["latestTraces"][number];

/** The latest errors and the latest runs, side by side. */
export function OverviewTraces({ overview }: { overview: Overview }) {
  if (!useMay("traces.read")) return null;
  return (
    <div className="grid items-start gap-4 xl:grid-cols-2">
      <Panel flush title="Latest errors" action={<All href="/traces?status=error">All errors</All>}>
        {overview.recentErrors.length === 0 ? (
          <p className="border-t px-4 py-6 text-ink-2">No request failed in this window.</p>
        ) : (
          <TraceLines rows={overview.recentErrors} />
        )}
      </Panel>
      <Panel flush title="Latest traces" action={<All href="/traces">All traces</All>}>
        <TraceLines rows={overview.latestTraces} />
      </Panel>
    </div>
  );
}

function All({ href, children }: { href: string; children: string }) {
  return (
    <Link href={href} className="rounded-xs text-accent text-sm leading-7 hover:underline">
      {children}
    </Link>
  );
}

function TraceLines({ rows }: { rows: readonly Row[] }) {
  return (
    <ul>
      {rows.map((row) => (
        <li key={row.id} className="border-t">
          <Link
            href={`/traces/${row.id}`}
            className="flex h-9 items-center gap-3 px-4 outline-offset-[-2px] hover:bg-raised/60"
          >
            <RunStatus status={row.status} iconOnly />
            <span className="min-w-0 flex-1 truncate">
              {row.status === "error" ? (row.errorMessage ?? nameFailure(row)) : row.inputPreview || row.name}
            </span>
            <span className="figures max-w-36 truncate text-ink-2 text-sm max-sm:hidden">{row.servedModel}</span>
            <span className="figures w-16 text-right text-ink-2 text-sm">
              {row.durationMs === null ? "" : formatDuration(row.durationMs)}
            </span>
            <RelativeTime at={row.startedAt} className="w-18 text-right text-ink-3 text-sm" />
          </Link>
        </li>
      ))}
    </ul>
  );
}
