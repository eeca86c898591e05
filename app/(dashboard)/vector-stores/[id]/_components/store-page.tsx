"use client";
import { useQuery } from "@tanstack/react-query";
import { Library, MessageSquareText } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { flushSync } from "react-dom";
import { formatBytes, formatExact } from "#components/format/numbers";
import { Page } from "#components/shell/page";
import { useMay } from "#components/shell/shell-context";
import { useTRPC } from "#components/trpc/client";
import { problemOf } from "#components/trpc/error";
import { buttonClass } from "#components/ui/button";
import { CopyId } from "#components/ui/copy-id";
import { DropAnywhere } from "#components/ui/drop-anywhere";
import { FactStrip } from "#components/ui/fact-strip";
import { MissingThing } from "#components/ui/missing-thing";
import { QueryView } from "#components/ui/query-view";
import { RelativeTime } from "#components/ui/relative-time";
import { SkeletonStack } from "#components/ui/skeleton";
import { Tabs } from "#components/ui/tabs";
import type { Store } from "#components/vector-stores/store-types";
import { UploadList } from "#components/vector-stores/upload-list";
import type { Upload } from "#components/vector-stores/use-uploads";
import { EmbeddingModel, StoreStatus } from "../../_components/stores-table";
import { BuildStatus } from "./build-status";
import { CutDialog } from "./cut-dialog";
import { showEmbeddingSettings } from "./embedding-settings";
import { FilesTab } from "./files-tab";
import { SearchTab } from "./search-tab";
import { SettingsTab } from "./settings-tab";
import { UsageTab } from "./usage-tab";
import { useStoreUploads } from "./use-store-uploads";

export interface StorePageProps {
  vectorStoreId: string;
}

const crumbs = [{ label: "Vector stores", href: "/vector-stores" }];

/** A store: its files, a search to try, its settings. */
export function StorePage({ vectorStoreId }: StorePageProps) {
  const trpc = useTRPC();
  const mayPlay = useMay("playground.write");
  const store = useQuery(
    trpc.vectorStores.get.queryOptions(
      { vectorStoreId },
      { refetchInterval: ({ state }) => isChanging(state.data) && 1500 },
    ),
  );
  if (store.error && problemOf(store.error).code === "not_found") {
    return (
      <Page title="Vector store" crumbs={crumbs}>
        <MissingThing icon={Library} thing="vector store" href="/vector-stores" />
      </Page>
    );
  }
  return (
    <Page
      title={store.data?.name || "Vector store"}
      crumbs={crumbs}
      actions={
        mayPlay && (
          <Link href={`/playground?store=${vectorStoreId}`} className={buttonClass()}>
            <MessageSquareText aria-hidden />
            Ask in the playground
          </Link>
        )
      }
    >
      <QueryView
        query={store}
        title="The vector store could not be loaded"
        skeleton={<SkeletonStack shapes={["h-17", "h-9 w-72", "h-24", "h-40"]} />}
      >
        {(data) => <StoreContent store={data} />}
      </QueryView>
    </Page>
  );
}

/** True while its files are read, or the vectors of another model are made. */
function isChanging(store: Store | undefined): boolean {
  return store?.status === "in_progress" || store?.build?.status === "in_progress";
}

function StoreContent({ store }: { store: Store }) {
  const [tab, setTab] = useState<"files" | "search" | "usage" | "settings">("files");
  const mayWrite = useMay("vectorStores.write");
  const [hold, setHold] = useState(false);
  const [previewed, setPreviewed] = useState<Upload | null>(null);
  const uploads = useStoreUploads(store.id, hold);
  const openEmbedding = () => {
    flushSync(() => setTab("settings"));
    showEmbeddingSettings();
  };
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <StoreFacts store={store} onEmbedding={openEmbedding} />
      {mayWrite && <DropAnywhere onFiles={uploads.add}>Drop to add to {store.name || "this store"}</DropAnywhere>}
      <UploadList {...uploads} onPreview={setPreviewed} />
      {previewed?.arrived && (
        <CutDialog
          fileId={previewed.arrived.fileId}
          filename={previewed.path}
          sizes={null}
          presentCount={null}
          description="Nothing of the file is in this store yet."
          action="Index with this cut"
          onApply={async (strategy) => uploads.settle([previewed.key], "attach", strategy)}
          onClose={() => setPreviewed(null)}
        />
      )}
      <Tabs
        label="Vector store"
        value={tab}
        onChange={setTab}
        panelClassName="pt-4"
        tabs={[
          {
            value: "files",
            label: "Files",
            count: store.totals.total,
            content: <FilesTab store={store} onFiles={uploads.add} hold={hold} onHold={setHold} />,
          },
          { value: "search", label: "Test search", content: <SearchTab store={store} /> },
          { value: "usage", label: "Usage", content: <UsageTab store={store} /> },
          { value: "settings", label: "Settings", content: <SettingsTab store={store} /> },
        ]}
      />
    </div>
  );
}

function StoreFacts({ store, onEmbedding }: { store: Store; onEmbedding: () => void }) {
  const facts = [
    { name: "Status", value: <StoreStatus store={store} /> },
    { name: "Files", value: <span className="figures">{formatExact(store.totals.total)}</span> },
    { name: "Size", value: <span className="figures">{formatBytes(store.totals.usageBytes)}</span> },
    {
      name: "Embeddings",
      value: (
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <EmbeddingModel model={store.embeddingModel} />
          <BuildStatus store={store} onOpen={onEmbedding} />
        </span>
      ),
    },
    { name: "Last used", value: <RelativeTime at={store.lastActiveAt} /> },
    ...(store.expiresAt ? [{ name: "Expires", value: <RelativeTime at={store.expiresAt} /> }] : []),
    { name: "Id", value: <CopyId id={store.id} /> },
  ];
  return <FactStrip facts={facts} />;
}
