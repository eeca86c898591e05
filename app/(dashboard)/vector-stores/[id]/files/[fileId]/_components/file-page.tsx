"use client";
import { useQuery } from "@tanstack/react-query";
import { FileText } from "lucide-react";
import { formatBytes, formatExact } from "#components/format/numbers";
import { Page } from "#components/shell/page";
import { useTRPC } from "#components/trpc/client";
import { problemOf } from "#components/trpc/error";
import { CopyId } from "#components/ui/copy-id";
import { FactStrip } from "#components/ui/fact-strip";
import { MissingThing } from "#components/ui/missing-thing";
import { QueryView } from "#components/ui/query-view";
import { SkeletonStack } from "#components/ui/skeleton";
import type { StoreFile } from "#components/vector-stores/store-types";
import { FileStatus } from "../../../_components/file-status";
import { FileActions } from "./file-actions";
import { FileReader } from "./file-reader";

export interface FilePageProps {
  vectorStoreId: string;
  fileId: string;
  startChunkId: string | null;
}

/** A file of a store: how far it is, its text and its passages. */
export function FilePage({ vectorStoreId, fileId, startChunkId }: FilePageProps) {
  const trpc = useTRPC();
  const store = useQuery(trpc.vectorStores.get.queryOptions({ vectorStoreId }));
  const file = useQuery(
    trpc.storeFiles.get.queryOptions(
      { vectorStoreId, fileId },
      { refetchInterval: ({ state }) => (state.data?.status === "in_progress" ? 1500 : false) },
    ),
  );
  const crumbs = [
    { label: "Vector stores", href: "/vector-stores" },
    { label: store.data?.name || "Vector store", href: `/vector-stores/${vectorStoreId}` },
  ];
  if (file.error && problemOf(file.error).code === "not_found") {
    return (
      <Page title="File" crumbs={crumbs}>
        <MissingThing icon={FileText} thing="file" href={`/vector-stores/${vectorStoreId}`}>
          It may have been removed from this store.
        </MissingThing>
      </Page>
    );
  }
  return (
    <Page title={file.data?.filename ?? "File"} crumbs={crumbs}>
      <QueryView
        query={file}
        title="The file could not be loaded"
        skeleton={<SkeletonStack shapes={["h-17", "h-8 w-96 max-w-full", "h-96"]} />}
      >
        {(data) => (
          <div className="flex min-w-0 flex-col gap-4">
            <FileFacts file={data} />
            <FileActions file={data} />
            <FileReader key={data.ingestId + data.status} file={data} startChunkId={startChunkId} />
          </div>
        )}
      </QueryView>
    </Page>
  );
}

function FileFacts({ file }: { file: StoreFile }) {
  const { maxChunkSizeTokens: size, chunkOverlapTokens: overlap } = file.chunkingStrategy;
  const attributes = Object.entries(file.attributes).map(([name, value]) => `${name} = ${value}`);
  const facts = [
    { name: "Status", value: <FileStatus file={file} /> },
    { name: "Chunks", value: <span className="figures">{formatExact(file.chunkCount)}</span> },
    { name: "Cut at", value: <span className="figures">{`${size} tokens, ${overlap} shared`}</span> },
    { name: "Size", value: <span className="figures">{formatBytes(file.fileBytes)}</span> },
    ...(attributes.length > 0
      ? [{ name: "Attributes", value: <span className="figures">{attributes.join(", ")}</span> }]
      : []),
    { name: "Id", value: <CopyId id={file.fileId} /> },
  ];
  return <FactStrip facts={facts} />;
}
