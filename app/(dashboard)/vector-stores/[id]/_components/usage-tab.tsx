"use client";
import { useQuery } from "@tanstack/react-query";
import { formatBytes, formatCount, formatExact, formatMoney } from "#components/format/numbers";
import { type Outputs, useTRPC } from "#components/trpc/client";
import { FactStrip } from "#components/ui/fact-strip";
import { Panel } from "#components/ui/panel";
import { QueryView } from "#components/ui/query-view";
import { TableSkeleton } from "#components/ui/skeleton";
import { Table, Td, Th, Tr } from "#components/ui/table";
import { Tooltip } from "#components/ui/tooltip";
import type { Store } from "#components/vector-stores/store-types";

type Usage = Outputs["vectorStores"]["usage"][number];

/** What the store holds, and what embedding it took by month. */
export function UsageTab({ store }: { store: Store }) {
  const trpc = useTRPC();
  const usage = useQuery(trpc.vectorStores.usage.queryOptions({ vectorStoreId: store.id }));
  return (
    <QueryView query={usage} title="The usage could not be loaded" skeleton={<TableSkeleton rows={3} columns={6} />}>
      {(rows) => (
        <div className="flex min-w-0 flex-col gap-4">
          <UsageFacts store={store} rows={rows} />
          <Panel
            title="Embedding by month"
            description="Of passages, and of what was searched for. A passage that the team had embedded before is taken over and costs nothing; a search of several stores counts for the first of them."
            flush
          >
            {rows.length === 0 ? (
              <p className="px-4 pt-1 pb-4 text-ink-2">
                Nothing was embedded for this store so far. Its first file makes the first entry.
              </p>
            ) : (
              <UsageTable rows={rows} />
            )}
          </Panel>
        </div>
      )}
    </QueryView>
  );
}

function sumOf(rows: readonly Usage[], key: "tokens" | "costUsd" | "unpricedTokens"): number {
  return rows.reduce((sum, row) => sum + row[key], 0);
}

function UsageFacts({ store, rows }: { store: Store; rows: readonly Usage[] }) {
  const total = {
    tokens: sumOf(rows, "tokens"),
    costUsd: sumOf(rows, "costUsd"),
    unpricedTokens: sumOf(rows, "unpricedTokens"),
  };
  const facts = [
    { name: "Passages", value: <span className="figures">{formatExact(store.totals.chunkCount)}</span> },
    { name: "Size", value: <span className="figures">{formatBytes(store.totals.usageBytes)}</span> },
    { name: "Tokens embedded", value: <Tokens count={total.tokens} /> },
    { name: "Cost of embedding", value: <Cost usage={total} /> },
  ];
  return <FactStrip facts={facts} />;
}

function UsageTable({ rows }: { rows: readonly Usage[] }) {
  const head = (
    <>
      <Th>Month</Th>
      <Th>Model</Th>
      <Th>Of</Th>
      <Th align="right">Texts</Th>
      <Th align="right">Tokens</Th>
      <Th align="right">Cost</Th>
    </>
  );
  return (
    <Table label="Embedding by month" head={head}>
      {rows.map((row) => (
        <Tr key={`${row.month} ${row.model} ${row.kind}`}>
          <Td className="figures whitespace-nowrap">{row.month}</Td>
          <Td className="figures whitespace-nowrap text-sm">{row.model}</Td>
          <Td className="whitespace-nowrap">{row.kind === "query" ? "searches" : "passages"}</Td>
          <Td align="right">{formatExact(row.texts)}</Td>
          <Td align="right">
            <Tokens count={row.tokens} />
          </Td>
          <Td align="right" className="whitespace-nowrap">
            <Cost usage={row} />
          </Td>
        </Tr>
      ))}
    </Table>
  );
}

function Tokens({ count }: { count: number }) {
  return (
    <Tooltip content={`${formatExact(count)} tokens`}>
      <span className="figures">{formatCount(count)}</span>
    </Tooltip>
  );
}

/** Money where a price is known; a part without one is said to be so. */
function Cost({ usage }: { usage: Pick<Usage, "tokens" | "costUsd" | "unpricedTokens"> }) {
  const { tokens, costUsd, unpricedTokens } = usage;
  const money = <span className="figures">{formatMoney(costUsd)}</span>;
  if (unpricedTokens === 0) return money;
  return (
    <Tooltip content={`${formatExact(unpricedTokens)} tokens are of models without a known price`}>
      <span className="font-sans text-ink-3">
        {unpricedTokens === tokens ? "unpriced" : <span className="text-ink">{money} and more</span>}
      </span>
    </Tooltip>
  );
}
