"use client";
import { useQuery } from "@tanstack/react-query";
import { FlaskConical } from "lucide-react";
import { useState } from "react";
import { useMay } from "#components/shell/shell-context";
import { useTRPC } from "#components/trpc/client";
import { EmptyState } from "#components/ui/empty-state";
import { Panel } from "#components/ui/panel";
import { QueryView } from "#components/ui/query-view";
import { Skeleton, SkeletonStack } from "#components/ui/skeleton";
import { ImportTestSet } from "./import-test-set";
import type { LabSettings } from "./lab-settings";
import { RunsHistory } from "./runs-chart";
import { RunSheet, RunsTable } from "./runs-table";
import { TestSetRow } from "./test-set-row";

/** The store's test sets, and its figures over time. */
export function TestsTab({ vectorStoreId, settings }: { vectorStoreId: string; settings: LabSettings }) {
  const trpc = useTRPC();
  const mayWrite = useMay("vectorStores.write");
  const sets = useQuery(trpc.testSets.list.queryOptions({ vectorStoreId }));
  const runs = useQuery(
    trpc.testSets.runs.queryOptions(
      { vectorStoreId },
      {
        refetchInterval: ({ state }) => (state.data?.some((run) => run.status === "in_progress") ? 1500 : false),
      },
    ),
  );
  const [runId, setRunId] = useState<string | null>(null);
  return (
    <QueryView
      query={sets}
      title="The test sets could not be loaded"
      skeleton={<SkeletonStack shapes={["h-24", "h-40"]} />}
    >
      {(list) => (
        <div className="flex min-w-0 flex-col gap-4">
          {list.length === 0 ? (
            <EmptyState
              icon={FlaskConical}
              title="Test sets measure what this store finds."
              action={mayWrite && <ImportTestSet vectorStoreId={vectorStoreId} />}
            >
              Search under Query, mark the passages that should be found, and save the query.
            </EmptyState>
          ) : (
            <Panel
              title="Test sets"
              description="Run with the settings under Query, of two with A; recall counts as many results as they ask for."
              flush
              action={mayWrite && <ImportTestSet vectorStoreId={vectorStoreId} />}
            >
              <ul className="flex flex-col">
                {list.map((set) => (
                  <TestSetRow key={set.id} set={set} settings={settings} />
                ))}
              </ul>
            </Panel>
          )}
          <QueryView query={runs} title="The runs could not be loaded" skeleton={<Skeleton className="h-40" />}>
            {(rows) => {
              const setNames = new Map(list.map((set) => [set.id, set.name]));
              return (
                <>
                  <RunsHistory runs={rows.filter((run) => run.status === "completed")} setNames={setNames} />
                  {rows.length > 0 && <RunsTable runs={rows} setNames={setNames} onOpen={setRunId} />}
                </>
              );
            }}
          </QueryView>
          <RunSheet runId={runId} onClose={() => setRunId(null)} />
        </div>
      )}
    </QueryView>
  );
}
