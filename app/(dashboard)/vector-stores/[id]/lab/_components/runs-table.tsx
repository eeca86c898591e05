"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { formatPlural } from "#components/format/numbers";
import { useTRPC } from "#components/trpc/client";
import { QueryView } from "#components/ui/query-view";
import { RelativeTime } from "#components/ui/relative-time";
import { Sheet } from "#components/ui/sheet";
import { Skeleton } from "#components/ui/skeleton";
import { Callout, RunStatus } from "#components/ui/status";
import { rowLinkProps, Table, Td, Th, Tr } from "#components/ui/table";
import { fileHref } from "#components/vector-stores/file-href";
import { describeCondition } from "#components/vector-stores/filter-json";
import { figure, type TestRun } from "./runs-chart";

/** What a run was made with, in a few words. */
function describeSettings({ weights, filters, scoreThreshold, maxNumResults }: TestRun["settings"]): string {
  const parts = [
    weights ? `weights ${weights.embedding} : ${weights.text}` : "weights of the store",
    formatPlural(maxNumResults, "result"),
    scoreThreshold ? `score ≥ ${scoreThreshold}` : "",
    filters ? describeCondition(filters) : "",
  ];
  return parts.filter(Boolean).join(", ");
}

export interface RunsTableProps {
  runs: readonly TestRun[];
  setNames: ReadonlyMap<string, string>;
  onOpen: (runId: string) => void;
}

/** Runs, newest first. */
export function RunsTable({ runs, setNames, onOpen }: RunsTableProps) {
  const head = (
    <>
      <Th>Run</Th>
      <Th>Test set</Th>
      <Th>Status</Th>
      <Th align="right">Queries</Th>
      <Th align="right">Recall</Th>
      <Th align="right">MRR</Th>
      <Th align="right">nDCG@10</Th>
      <Th>Settings</Th>
      <Th>Embeddings</Th>
    </>
  );
  return (
    <Table label="Runs" head={head} keys className="rounded-md border bg-surface [&_th]:bg-surface">
      {runs.map((run) => (
        <Tr key={run.id}>
          <Td>
            <button
              type="button"
              {...rowLinkProps}
              className="whitespace-nowrap rounded-xs hover:underline"
              onClick={() => onOpen(run.id)}
            >
              <RelativeTime at={run.createdAt} />
            </button>
          </Td>
          <Td className="whitespace-nowrap">{setNames.get(run.testSetId) ?? "–"}</Td>
          <Td>
            <RunStatus status={run.status} />
          </Td>
          <Td align="right">{run.queryCount}</Td>
          <Td align="right">{figure(run.recall)}</Td>
          <Td align="right">{figure(run.mrr)}</Td>
          <Td align="right">{figure(run.ndcg)}</Td>
          <Td className="min-w-56 text-ink-2 text-sm">{describeSettings(run.settings)}</Td>
          <Td className="figures whitespace-nowrap text-sm">
            {run.embeddingModel}, generation {run.generation}
          </Td>
        </Tr>
      ))}
    </Table>
  );
}

/** One run: each question, those that missed something first. */
export function RunSheet({ runId, onClose }: { runId: string | null; onClose: () => void }) {
  return (
    <Sheet open={runId !== null} onOpenChange={(open) => !open && onClose()} title="Run">
      {runId && <RunDetail runId={runId} />}
    </Sheet>
  );
}

function RunDetail({ runId }: { runId: string }) {
  const trpc = useTRPC();
  const run = useQuery(trpc.testSets.getRun.queryOptions({ runId }));
  return (
    <div className="flex flex-col gap-3 p-4">
      <QueryView query={run} title="The run could not be loaded" skeleton={<Skeleton className="h-40" />}>
        {({ results, errorMessage, vectorStoreId, status }) => (
          <>
            {errorMessage && <Callout tone="danger">{errorMessage}</Callout>}
            {status === "in_progress" && <p className="text-ink-2">The run is still in progress.</p>}
            {results
              .toSorted((a, b) => a.recall - b.recall || a.ndcg - b.ndcg)
              .map((result) => (
                <article key={result.queryId} className="flex flex-col gap-1 rounded-md border bg-surface px-3 py-2">
                  <p className="font-medium [overflow-wrap:anywhere]">{result.text}</p>
                  <p className="figures text-ink-2 text-sm">
                    recall {figure(result.recall)}, MRR {figure(result.mrr)}, nDCG@10 {figure(result.ndcg)}
                  </p>
                  {result.missing.map((passage) => (
                    <p key={`${passage.fileId} ${passage.charStart}`} className="text-sm">
                      <span className="text-danger">Not found:</span>{" "}
                      <Link
                        className="underline underline-offset-2"
                        href={fileHref({ vectorStoreId, fileId: passage.fileId })}
                      >
                        {passage.filename}
                      </Link>
                      {passage.charStart !== null && (
                        <span className="text-ink-2">
                          , characters {passage.charStart} to {passage.charEnd}
                        </span>
                      )}
                    </p>
                  ))}
                </article>
              ))}
          </>
        )}
      </QueryView>
    </div>
  );
}
