"use client";
import Link from "next/link";
import { formatCount, formatDuration, formatMoney } from "#components/format/numbers";
import { Panel } from "#components/ui/panel";
import { rowLinkProps, Table, Td, Th, Tr } from "#components/ui/table";
import type { Overview } from "./overview-page";

type Sums = Overview["totals"];

const columns = (
  <>
    <Th align="right">Requests</Th>
    <Th align="right">Failed</Th>
    <Th align="right">Input</Th>
    <Th align="right">Output</Th>
    <Th align="right">Mean</Th>
    <Th align="right">Cost, $</Th>
  </>
);

function SumCells({ sums }: { sums: Sums }) {
  const succeeded = sums.requests - sums.failed;
  return (
    <>
      <Td align="right">{formatCount(sums.requests)}</Td>
      <Td align="right" className={sums.failed > 0 ? "text-danger" : "text-ink-3"}>
        {formatCount(sums.failed)}
      </Td>
      <Td align="right">{formatCount(sums.inputTokens)}</Td>
      <Td align="right">{formatCount(sums.outputTokens)}</Td>
      <Td align="right">{succeeded > 0 ? formatDuration(sums.durationMsSum / sums.requests) : "–"}</Td>
      <Td align="right">
        {sums.unpriced === sums.requests ? (
          <span className="text-ink-3">{sums.requests > 0 ? "unpriced" : "–"}</span>
        ) : (
          formatMoney(sums.costUsd).slice(1)
        )}
      </Td>
    </>
  );
}

/** Usage by model and by key. */
export function UsageTables({ overview }: { overview: Overview }) {
  return (
    <div className="grid items-start gap-4 xl:grid-cols-2">
      <Panel flush title="By model">
        <Table
          label="Usage by model"
          head={
            <>
              <Th>Model</Th>
              {columns}
            </>
          }
        >
          {overview.byModel.map((row) => (
            <Tr key={`${row.provider}/${row.model}`}>
              <Td>
                <Link
                  {...rowLinkProps}
                  href={`/traces?model=${encodeURIComponent(row.model)}`}
                  className="figures rounded-xs text-sm"
                >
                  {row.model || "none"}
                </Link>
              </Td>
              <SumCells sums={row} />
            </Tr>
          ))}
        </Table>
      </Panel>
      <Panel flush title="By API key">
        <Table
          label="Usage by API key"
          head={
            <>
              <Th>Key</Th>
              {columns}
            </>
          }
        >
          {overview.byKey.map((row) => (
            <Tr key={row.apiKeyId}>
              <Td>
                {row.apiKeyId === "" ? (
                  "Dashboard"
                ) : (
                  <Link
                    {...rowLinkProps}
                    href={`/traces?apiKeyId=${encodeURIComponent(row.apiKeyId)}`}
                    className="rounded-xs"
                  >
                    {row.name ?? row.apiKeyId}
                  </Link>
                )}
              </Td>
              <SumCells sums={row} />
            </Tr>
          ))}
        </Table>
      </Panel>
    </div>
  );
}
