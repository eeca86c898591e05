"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ChevronDown, ChevronRight, Download, Play, X } from "lucide-react";
import { useState } from "react";
import { FormProblem } from "#components/form/form-problem";
import { formatPlural } from "#components/format/numbers";
import { useMay } from "#components/shell/shell-context";
import { type Outputs, useTRPC, useTRPCClient } from "#components/trpc/client";
import { Button } from "#components/ui/button";
import { DeleteButton } from "#components/ui/delete-button";
import { IconButton } from "#components/ui/icon-button";
import { QueryView } from "#components/ui/query-view";
import { Skeleton } from "#components/ui/skeleton";
import { type LabSettings, problemOfSettings, toSearchSettings } from "./lab-settings";

type TestSet = Outputs["testSets"]["list"][number];

/** A test set: run, exported, looked into, deleted. */
export function TestSetRow({ set, settings }: { set: TestSet; settings: LabSettings }) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const mayWrite = useMay("vectorStores.write");
  const [open, setOpen] = useState(false);
  const refresh = () => queryClient.invalidateQueries({ queryKey: trpc.testSets.pathKey() });
  const run = useMutation({
    mutationFn: () => client.testSets.run.mutate({ testSetId: set.id, settings: toSearchSettings(settings) }),
    onSettled: refresh,
  });
  const save = useMutation({
    mutationFn: async () => download(set.name, await client.testSets.export.query({ testSetId: set.id })),
  });
  return (
    <li className="flex min-w-0 flex-col gap-2 border-t px-4 py-2">
      <div className="flex flex-wrap items-center gap-2">
        <IconButton
          icon={open ? ChevronDown : ChevronRight}
          size="sm"
          label={open ? `Hide the queries of ${set.name}` : `Show the queries of ${set.name}`}
          onClick={() => setOpen(!open)}
        />
        <span className="min-w-40 flex-1 truncate">
          {set.name} <span className="figures text-ink-3 text-sm">{formatPlural(set.queries, "query", "queries")}</span>
        </span>
        <span className="flex flex-wrap gap-2">
          <Button size="sm" icon={Download} busy={save.isPending} onClick={() => save.mutate()}>
            Export
          </Button>
          {mayWrite && (
            <>
              <Button
                size="sm"
                variant="primary"
                icon={Play}
                busy={run.isPending}
                disabled={set.queries === 0 || problemOfSettings(settings) !== null}
                onClick={() => run.mutate()}
              >
                Run
              </Button>
              <DeleteButton
                size="sm"
                thing="test set"
                onDelete={async () => {
                  await client.testSets.delete.mutate({ testSetId: set.id });
                  await refresh();
                }}
              >
                Its queries and runs go too. This cannot be undone.
              </DeleteButton>
            </>
          )}
        </span>
      </div>
      <FormProblem error={run.error ?? save.error} />
      {open && <TestQueries testSetId={set.id} onChanged={refresh} />}
    </li>
  );
}

function TestQueries({ testSetId, onChanged }: { testSetId: string; onChanged: () => Promise<void> }) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const mayWrite = useMay("vectorStores.write");
  const set = useQuery(trpc.testSets.get.queryOptions({ testSetId }));
  const remove = useMutation({
    mutationFn: (queryId: string) => client.testSets.removeQuery.mutate({ testSetId, queryId }),
    onSuccess: onChanged,
  });
  return (
    <QueryView query={set} title="The queries could not be loaded" skeleton={<Skeleton className="h-16" />}>
      {({ queries }) => (
        <ul className="flex flex-col gap-1 pb-1 pl-9">
          {queries.length === 0 && <li className="text-ink-2">No queries yet.</li>}
          {queries.map((query) => (
            <li key={query.id} className="flex min-w-0 items-start gap-2">
              <span className="min-w-0 flex-1 [overflow-wrap:anywhere]">
                {query.text}
                <span className="block text-ink-3 text-sm">
                  expects {[...new Set(query.expected.map((passage) => passage.filename))].join(", ")}
                </span>
              </span>
              {mayWrite && (
                <IconButton
                  icon={X}
                  size="sm"
                  label={`Remove the query ${query.text}`}
                  onClick={() => remove.mutate(query.id)}
                />
              )}
            </li>
          ))}
          <li>
            <FormProblem error={remove.error} />
          </li>
        </ul>
      )}
    </QueryView>
  );
}

/** Hands the browser a JSON file. */
function download(name: string, content: object): void {
  const url = URL.createObjectURL(new Blob([JSON.stringify(content, null, 2)], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `${name}.json`;
  link.click();
  URL.revokeObjectURL(url);
}
