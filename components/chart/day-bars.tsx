"use client";
import { Table2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import { niceAxis } from "#components/chart/axis";
import { formatDay } from "#components/format/times";
import { cn } from "#components/ui/cn";
import { IconButton } from "#components/ui/icon-button";
import { Tooltip } from "#components/ui/tooltip";

export interface DaySeries {
  name: string;
  /** A background class: at most three hues a chart. */
  colour: string;
}

export interface DayBar {
  /** `2026-11-22`, a UTC day. */
  day: string;
  /** One value a series, in their order. */
  values: number[];
}

export interface DayBarsProps {
  title: string;
  /** What stands for the whole window, beside the title. */
  total: ReactNode;
  series: readonly DaySeries[];
  bars: readonly DayBar[];
  format: (value: number) => string;
  whole?: boolean;
}

/** Amounts a day as stacked bars over a zero line, with the table behind. */
export function DayBars(props: DayBarsProps) {
  const { title, total, series, bars, format, whole = true } = props;
  const [asTable, setAsTable] = useState(false);
  const sums = bars.map((bar) => bar.values.reduce((sum, value) => sum + value, 0));
  const axis = niceAxis(Math.max(...sums), whole);
  return (
    <figure className="min-w-0 rounded-md border bg-surface">
      <figcaption className="flex items-center gap-3 px-4 pt-2.5">
        <span className="min-w-0 flex-1">
          <span className="font-medium">{title}</span> <span className="figures text-ink-2 text-sm">{total}</span>
        </span>
        {series.length > 1 && series.map((each) => <SeriesName key={each.name} series={each} />)}
        <IconButton
          icon={Table2}
          size="sm"
          label={asTable ? "Show as bars" : "Show as table"}
          aria-pressed={asTable}
          onClick={() => setAsTable(!asTable)}
        />
      </figcaption>
      {asTable ? <DayTable {...props} /> : <Bars {...{ series, bars, format, ...axis }} />}
    </figure>
  );
}

function SeriesName({ series }: { series: DaySeries }) {
  return (
    <span className="flex items-center gap-1.5 text-ink-2 text-sm">
      <span aria-hidden className={cn("size-2 rounded-xs", series.colour)} />
      {series.name}
    </span>
  );
}

interface BarsProps {
  series: readonly DaySeries[];
  bars: readonly DayBar[];
  format: (value: number) => string;
  top: number;
  ticks: number[];
}

function Bars({ series, bars, format, top, ticks }: BarsProps) {
  const every = Math.max(1, Math.ceil(bars.length / 6));
  return (
    <div className="px-4 pt-3 pb-2">
      <div className="relative ml-9 h-32">
        {ticks.map((tick) => (
          <div key={tick} className="absolute inset-x-0 border-t" style={{ bottom: `${(tick / top) * 100}%` }}>
            <span className="figures absolute right-full -translate-y-1/2 pr-2 text-ink-3 text-xs">{format(tick)}</span>
          </div>
        ))}
        <div className="absolute inset-0 flex items-end gap-px">
          {bars.map((bar) => (
            <Tooltip key={bar.day} content={<DayDetail {...{ bar, series, format }} />}>
              <div className="group/bar flex h-full min-w-0 flex-1 flex-col-reverse hover:bg-raised/70">
                {series.map((each, at) => {
                  const share = ((bar.values[at] ?? 0) / top) * 100;
                  return (
                    share > 0 && (
                      <span
                        key={each.name}
                        className={cn("mx-auto w-[72%] min-w-0.5 max-w-7 last:rounded-t-xs", each.colour)}
                        style={{ height: `max(1px, ${share}%)` }}
                      />
                    )
                  );
                })}
              </div>
            </Tooltip>
          ))}
        </div>
      </div>
      <div aria-hidden className="ml-9 flex gap-px pt-1.5 text-ink-3 text-xs">
        {bars.map((bar, at) => (
          <span key={bar.day} className="relative h-4 min-w-0 flex-1">
            {(bars.length - 1 - at) % every === 0 && (
              <span className="-translate-x-1/2 absolute left-1/2 whitespace-nowrap">{dayName(bar.day)}</span>
            )}
          </span>
        ))}
      </div>
    </div>
  );
}

function dayName(day: string): string {
  return formatDay(new Date(`${day}T12:00:00`));
}

function DayDetail({
  bar,
  series,
  format,
}: {
  bar: DayBar;
  series: readonly DaySeries[];
  format: (value: number) => string;
}) {
  return (
    <span className="flex flex-col">
      <span className="text-ink-2">{dayName(bar.day)}</span>
      {series.map((each, at) => (
        <span key={each.name} className="flex items-center gap-2">
          <span aria-hidden className={cn("size-2 rounded-xs", each.colour)} />
          {each.name} <span className="figures">{format(bar.values[at] ?? 0)}</span>
        </span>
      ))}
    </span>
  );
}

function DayTable({ title, series, bars, format }: DayBarsProps) {
  return (
    <div className="scroll-thin mt-2 max-h-45 overflow-y-auto px-4 pb-2">
      <table className="w-full text-sm">
        <caption className="sr-only">{title} by day</caption>
        <thead className="sticky top-0 bg-surface text-ink-3">
          <tr>
            <th scope="col" className="py-1 text-left font-normal">
              Day
            </th>
            {series.map((each) => (
              <th key={each.name} scope="col" className="py-1 text-right font-normal">
                {each.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {bars.toReversed().map((bar) => (
            <tr key={bar.day}>
              <td className="border-t py-1">{dayName(bar.day)}</td>
              {bar.values.map((value, at) => (
                <td key={series[at]?.name} className="figures border-t py-1 text-right">
                  {format(value)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
