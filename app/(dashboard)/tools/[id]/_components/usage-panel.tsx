"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { formatDuration, formatExact } from "#components/format/numbers";
import { useTRPC } from "#components/trpc/client";
import { Panel } from "#components/ui/panel";
import { QueryView } from "#components/ui/query-view";
import { RelativeTime } from "#components/ui/relative-time";
import { TableSkeleton } from "#components/ui/skeleton";
import { rowLinkProps, Table, Td, Th, Tr } from "#components/ui/table";

const head = (
  <>
    <Th>Tool</Th>
    <Th align="right">Calls</Th>
    <Th align="right">Errors</Th>
    <Th align="right">p95</Th>
    <Th>Last used</Th>
  </>
);

/** How often each tool of a server was called in a week; a row leads to the traces of those calls. */
export function UsagePanel({ toolId }: { toolId: string }) {
  const trpc = useTRPC();
  const usage = useQuery(trpc.tools.usage.queryOptions({ id: toolId }));
  return (
    <Panel title="Calls, 7 d" description="Each leads to its traces." flush>
      <QueryView query={usage} title="The calls could not be loaded" skeleton={<TableSkeleton columns={5} rows={2} />}>
        {(rows) => (
          <Table label="Calls by tool" head={head} dense>
            {rows.map(({ tool, calls, errors, p95Ms, lastUsedAt }) => (
              <Tr key={tool}>
                <Td className="max-w-56">
                  <Link
                    {...rowLinkProps}
                    href={`/traces?tool=${encodeURIComponent(tool)}`}
                    className="figures block truncate rounded-xs text-sm"
                  >
                    {tool}
                  </Link>
                </Td>
                <Td align="right">{formatExact(calls)}</Td>
                <Td align="right">
                  <span className={errors > 0 ? "text-danger" : undefined}>{formatExact(errors)}</span>
                </Td>
                <Td align="right">{formatDuration(p95Ms)}</Td>
                <Td className="whitespace-nowrap text-ink-2">
                  <RelativeTime at={lastUsedAt} />
                </Td>
              </Tr>
            ))}
          </Table>
        )}
      </QueryView>
    </Panel>
  );
}
