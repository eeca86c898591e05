"use client";
import Link from "next/link";
import type { ReactNode } from "react";
import { shortenId } from "#components/format/ids";
import { formatCount } from "#components/format/numbers";
import type { Outputs } from "#components/trpc/client";
import { RelativeTime } from "#components/ui/relative-time";
import { Badge, RunStatus } from "#components/ui/status";
import { rowLinkProps, Table, Td, Th, Tr } from "#components/ui/table";

type Row = Outputs["responses"]["list"]["rows"][number];

const head = (
  <>
    <Th>Status</Th>
    <Th>Started</Th>
    <Th>Input</Th>
    <Th>Answer</Th>
    <Th>Model</Th>
    <Th>Caller</Th>
    <Th align="right">Tokens in</Th>
    <Th align="right">out</Th>
  </>
);

/** The responses, newest first. */
export function ResponseTable({ rows, children }: { rows: readonly Row[]; children?: ReactNode }) {
  return (
    <div className="scroll-thin min-h-0 flex-1 overflow-auto">
      <Table label="Responses" head={head} keys className="overflow-visible lg:[--table-gutter:1.5rem]">
        {rows.map((row) => (
          <ResponseRow key={row.id} row={row} />
        ))}
      </Table>
      {children}
    </div>
  );
}

function ResponseRow({ row }: { row: Row }) {
  return (
    <Tr>
      <Td className="whitespace-nowrap">
        <RunStatus status={row.status} />
      </Td>
      <Td className="whitespace-nowrap text-ink-2">
        <RelativeTime at={row.createdAt} />
      </Td>
      <Td className="min-w-52 max-w-64">
        <Link {...rowLinkProps} href={`/responses/${row.id}`} className="block truncate rounded-xs">
          {row.inputPreview ?? <span className="figures text-ink-2 text-sm">{shortenId(row.id)}</span>}
        </Link>
      </Td>
      <Td className="max-w-56 truncate text-ink-2">
        {row.error ? <span className="text-danger">{row.error.message}</span> : row.outputPreview}
      </Td>
      <Td className="max-w-48 truncate">
        <span className="figures text-ink-2 text-sm">{row.model}</span>
      </Td>
      <Td className="whitespace-nowrap">
        {row.apiKeyName ?? row.userName ?? "–"}
        {row.background && <Badge className="ml-2">background</Badge>}
      </Td>
      <Td align="right">{row.usage ? formatCount(row.usage.input_tokens) : "–"}</Td>
      <Td align="right">{row.usage ? formatCount(row.usage.output_tokens) : "–"}</Td>
    </Tr>
  );
}
