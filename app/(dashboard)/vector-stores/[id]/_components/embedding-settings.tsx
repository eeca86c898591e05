"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { formatExact } from "#components/format/numbers";
import { useMay } from "#components/shell/shell-context";
import { useTRPC } from "#components/trpc/client";
import { Button } from "#components/ui/button";
import { errorText } from "#components/ui/error-state";
import { FactList } from "#components/ui/fact-list";
import { Panel } from "#components/ui/panel";
import { ProgressBar } from "#components/ui/progress";
import { Callout } from "#components/ui/status";
import { toast } from "#components/ui/toast";
import type { Store } from "#components/vector-stores/store-types";
import { EmbeddingModel } from "../../_components/stores-table";
import { ChangeEmbeddingDialog } from "./change-embedding-dialog";

const PANEL_ID = "embedding";

/** Brings the panel into view, where it is on the page. */
export function showEmbeddingSettings(): void {
  document.getElementById(PANEL_ID)?.scrollIntoView({ block: "center" });
}

type Build = NonNullable<Store["build"]>;

/** By which model the store's passages are compared, and the change of it. */
export function EmbeddingSettings({ store }: { store: Store }) {
  const mayWrite = useMay("vectorStores.write");
  const [changing, setChanging] = useState(false);
  const { build } = store;
  const { query_prefix: query, document_prefix: document } = store.embeddingOptions;
  const facts = [
    { name: "Model", value: <EmbeddingModel model={store.embeddingModel} /> },
    {
      name: "Dimensions",
      value: (
        <span className="figures">
          {store.dimensions === null ? "Known with the first file" : formatExact(store.dimensions)}
        </span>
      ),
    },
    ...(query ? [{ name: "Before questions", value: <code className="figures text-sm">{query}</code> }] : []),
    ...(document ? [{ name: "Before passages", value: <code className="figures text-sm">{document}</code> }] : []),
  ];
  return (
    <div id={PANEL_ID}>
      <Panel
        title="Embedding"
        action={
          mayWrite && (
            <Button size="sm" onClick={() => setChanging(true)}>
              Change model
            </Button>
          )
        }
      >
        <div className="flex flex-col gap-3">
          <FactList facts={facts} />
          {build && <BuildState store={store} build={build} />}
        </div>
        {changing && <ChangeEmbeddingDialog store={store} onClose={() => setChanging(false)} />}
      </Panel>
    </div>
  );
}

function BuildState({ store, build }: { store: Store; build: Build }) {
  if (build.status === "in_progress") return <RunningBuild store={store} build={build} />;
  if (build.status !== "failed") return null;
  return (
    <Callout tone="danger" title={`The change to ${build.embeddingModel} failed`}>
      {build.errorMessage} Searches go on with {store.embeddingModel}.
    </Callout>
  );
}

function RunningBuild({ store, build }: { store: Store; build: Build }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const mayWrite = useMay("vectorStores.write");
  const cancel = useMutation(
    trpc.vectorStores.changeEmbedding.mutationOptions({
      onError: (error) => toast({ kind: "error", title: "The change was not ended", description: errorText(error) }),
      onSettled: () => queryClient.invalidateQueries({ queryKey: trpc.vectorStores.pathKey() }),
    }),
  );
  const total = store.totals.chunkCount;
  const done = Math.min(build.doneCount, total);
  return (
    <div className="flex flex-col gap-1.5">
      <span className="flex flex-wrap items-center justify-between gap-2">
        <span>
          Changing to <span className="figures text-sm">{build.embeddingModel}</span>:{" "}
          <span className="figures">
            {formatExact(done)} of {formatExact(total)}
          </span>{" "}
          passages
        </span>
        {mayWrite && (
          <Button
            size="sm"
            busy={cancel.isPending}
            onClick={() => cancel.mutate({ vectorStoreId: store.id, embedding: null })}
          >
            Keep the present model
          </Button>
        )}
      </span>
      <ProgressBar value={total === 0 ? null : (100 * done) / total} label="Change of the embedding model" />
      <span className="text-ink-3 text-sm">Searches use the present model until every passage is done.</span>
    </div>
  );
}
