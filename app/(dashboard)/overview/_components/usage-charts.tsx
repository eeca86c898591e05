import { DayBars } from "#components/chart/day-bars";
import { formatCount, formatExact } from "#components/format/numbers";
import type { Overview } from "./overview-page";

const outcomes = [
  { name: "Succeeded", colour: "bg-kind-retrieval" },
  { name: "Failed", colour: "bg-danger" },
];
const directions = [
  { name: "Input", colour: "bg-kind-storage" },
  { name: "Output", colour: "bg-kind-model" },
];

/** Requests and tokens by day. */
export function UsageCharts({ overview }: { overview: Overview }) {
  const { byDay, totals } = overview;
  return (
    <div className="grid gap-4 xl:grid-cols-2">
      <DayBars
        title="Requests a day"
        total={formatExact(totals.requests)}
        series={outcomes}
        format={formatCount}
        bars={byDay.map((day) => ({ day: day.day, values: [day.requests - day.failed, day.failed] }))}
      />
      <DayBars
        title="Tokens a day"
        total={formatCount(totals.inputTokens + totals.outputTokens)}
        series={directions}
        format={formatCount}
        bars={byDay.map((day) => ({ day: day.day, values: [day.inputTokens, day.outputTokens] }))}
      />
    </div>
  );
}
