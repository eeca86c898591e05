"use client";
import Link from "next/link";
import type { ReactNode } from "react";
import { formatCount, formatDuration, formatExact, formatMoney } from "#components/format/numbers";
import { nameFailure } from "#components/trace/name-failure";
import type { TraceRow } from "#components/trace/trace-types";
import { RelativeTime } from "#components/ui/relative-time";
import { Badge, RunStatus } from "#components/ui/status";
import { rowLinkProps, Table, Td, Th, Tr } from "#components/ui/table";
import { Tooltip } from "#components/ui/tooltip";
import type { ColumnId, TraceView } from "./trace-view";

export interface TraceTableProps {
  rows: readonly TraceRow[];
  view: TraceView;
  /** After the last row. */
  children?: ReactNode;
}

/** The traces, newest first. */
export function TraceTable({ rows, view, children }: TraceTableProps) {
  const shows = (id: ColumnId) => !view.hidden.includes(id);
  const head = (
    <>
      <Th className="w-24">Status</Th>
      <Th className="w-24">Started</Th>
      <Th>Input</Th>
      {shows("model") && <Th>Model</Th>}
      {shows("tools") && <Th>Tools</Th>}
      {shows("caller") && <Th>Caller</Th>}
      <Th align="right">Duration</Th>
      {shows("firstToken") && <Th align="right">First token</Th>}
      {shows("tokens") && <Th align="right">Tokens in</Th>}
      {shows("tokens") && <Th align="right">out</Th>}
      {shows("cost") && <Th align="right">Cost, $</Th>}
    </>
  );
  return (
    <div className="scroll-thin min-h-0 flex-1 overflow-auto">
      <Table label="Traces" head={head} dense={view.dense} keys className="overflow-visible lg:[--table-gutter:1.5rem]">
        {rows.map((row) => (
          <TraceTableRow key={row.id} row={row} shows={shows} />
        ))}
      </Table>
      {children}
    </div>
  );
}

function TraceTableRow({ row, shows }: { row: TraceRow; shows: (id: ColumnId) => boolean }) {
  return (
    <Tr>
      <Td>
        <RunStatus status={row.status} />
      </Td>
      <Td className="whitespace-nowrap text-ink-2">
        <RelativeTime at={row.startedAt} />
      </Td>
      <Td className="w-[40%] max-w-0 min-w-56">
        <Link {...rowLinkProps} href={`/traces/${row.id}`} className="block truncate rounded-xs">
          <TraceWords row={row} />
        </Link>
      </Td>
      {shows("model") && (
        <Td className="figures max-w-48 truncate text-ink-2 text-sm">{row.servedModel ?? row.requestedModel}</Td>
      )}
      {shows("tools") && (
        <Td className="whitespace-nowrap">
          <span className="flex gap-1">
            {row.toolNames.slice(0, 2).map((name) => (
              <Badge key={name}>{name}</Badge>
            ))}
            {row.toolNames.length > 2 && <Badge>+{row.toolNames.length - 2}</Badge>}
          </span>
        </Td>
      )}
      {shows("caller") && <Td className="max-w-40 truncate text-ink-2">{row.apiKeyName ?? row.userName}</Td>}
      <Td align="right">{row.durationMs === null ? "" : formatDuration(row.durationMs)}</Td>
      {shows("firstToken") && (
        <Td align="right" className="text-ink-2">
          {row.timeToFirstTokenMs === null ? "" : formatDuration(row.timeToFirstTokenMs)}
        </Td>
      )}
      {shows("tokens") && <TokenCell count={row.inputTokens} />}
      {shows("tokens") && <TokenCell count={row.outputTokens} />}
      {shows("cost") && (
        <Td align="right" className="text-ink-2">
          {row.costUsd === null ? <span className="text-ink-3">–</span> : formatMoney(row.costUsd).replace("$", "")}
        </Td>
      )}
    </Tr>
  );
}

function TraceWords({ row }: { row: TraceRow }) {
  if (row.status === "error") {
    return (
      <>
        <span className="text-danger">{row.errorMessage ?? nameFailure(row)}</span>
        {row.inputPreview && <span className="text-ink-3"> {row.inputPreview}</span>}
      </>
    );
  }
  return row.inputPreview ? row.inputPreview : <span className="text-ink-2">{row.name}</span>;
}

function TokenCell({ count }: { count: number | null }) {
  return (
    <Td align="right" className="text-ink-2">
      {count !== null && (
        <Tooltip content={`${formatExact(count)} tokens`}>
          <span>{formatCount(count)}</span>
        </Tooltip>
      )}
    </Td>
  );
}
