"use client";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Page } from "#components/shell/page";
import { type Outputs, useTRPC } from "#components/trpc/client";
import { QueryView } from "#components/ui/query-view";
import { Segmented } from "#components/ui/segmented";
import { Callout } from "#components/ui/status";
import { FirstSteps } from "./first-steps";
import { OverviewSkeleton } from "./overview-skeleton";
import { OverviewTraces } from "./overview-traces";
import { Totals } from "./totals";
import { UsageCharts } from "./usage-charts";
import { UsageTables } from "./usage-tables";

export type Overview = Outputs["overview"]["summary"];
export type Days = "7" | "30" | "90";

const windows = [
  { value: "7", label: "7 days" },
  { value: "30", label: "30 days" },
  { value: "90", label: "90 days" },
] as const;

/** Usage, latency and the latest runs of the team. */
export function OverviewPage({ days: startDays }: { days: Days }) {
  const trpc = useTRPC();
  const [days, setDays] = useState(startDays);
  const summary = useQuery(
    trpc.overview.summary.queryOptions(
      { days: Number(days) },
      { refetchInterval: 15_000, placeholderData: (last) => last },
    ),
  );
  const choose = (next: Days) => {
    setDays(next);
    window.history.replaceState(null, "", `/overview?days=${next}`);
  };
  return (
    <Page title="Overview" actions={<Segmented label="Window" value={days} onChange={choose} options={windows} />}>
      <QueryView query={summary} title="The overview could not be loaded" skeleton={<OverviewSkeleton />}>
        {(overview) =>
          overview.totals.requests === 0 ? <FirstSteps overview={overview} /> : <Figures overview={overview} />
        }
      </QueryView>
    </Page>
  );
}

function Figures({ overview }: { overview: Overview }) {
  const { dropped } = overview.droppedTraces;
  return (
    <div className="flex flex-col gap-4">
      {dropped > 0 && (
        <Callout tone="warning" title={`${dropped} traces were lost since this process started`}>
          More came in than could be written. Their requests were answered; only the record is missing.
        </Callout>
      )}
      <Totals overview={overview} />
      <UsageCharts overview={overview} />
      <OverviewTraces overview={overview} />
      <UsageTables overview={overview} />
    </div>
  );
}
