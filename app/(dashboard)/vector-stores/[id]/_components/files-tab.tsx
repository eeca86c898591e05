"use client";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { RotateCw } from "lucide-react";
import { useCallback } from "react";
import { useMay } from "#components/shell/shell-context";
import { useTRPC, useTRPCClient } from "#components/trpc/client";
import { Button } from "#components/ui/button";
import { DropZone } from "#components/ui/drop-zone";
import { errorText } from "#components/ui/error-state";
import { MoreButton } from "#components/ui/more-button";
import { QueryView } from "#components/ui/query-view";
import { TableSkeleton } from "#components/ui/skeleton";
import { toast } from "#components/ui/toast";
import type { Store } from "#components/vector-stores/store-types";
import { UploadList } from "#components/vector-stores/upload-list";
import { useUploads } from "#components/vector-stores/use-uploads";
import { FilesTable } from "./files-table";

export const acceptedFiles =
  ".pdf,.docx,.doc,.odt,.rtf,.pptx,.odp,.xlsx,.xls,.ods,.csv,.tsv,.epub,.eml,.html,.htm,.md,.markdown,.tex,.txt,.json,.jsonl," +
  ".xml,.yaml,.yml,.py,.js,.ts,.java,.go,.rs,.c,.cpp,.sh,.sql";

export interface FilesTabProps {
  store: Store;
  onOpenFile: (fileId: string) => void;
}

/** Upload by dropping, and every file with how far it is. */
export function FilesTab({ store, onOpenFile }: FilesTabProps) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const mayWrite = useMay("vectorStores.write");
  const vectorStoreId = store.id;
  const refresh = useCallback(
    () => queryClient.invalidateQueries({ queryKey: trpc.vectorStores.pathKey() }),
    [queryClient, trpc],
  );
  const attach = useCallback(
    async (fileId: string) => {
      await client.vectorStores.attachFiles.mutate({ vectorStoreId, fileIds: [fileId] });
      await refresh();
    },
    [client, vectorStoreId, refresh],
  );
  const uploads = useUploads(attach);
  const files = useInfiniteQuery(
    trpc.vectorStores.files.infiniteQueryOptions(
      { vectorStoreId },
      { getNextPageParam: (page) => page.nextCursor, refetchInterval: store.totals.inProgress > 0 ? 1500 : false },
    ),
  );
  const rows = files.data?.pages.flatMap((page) => page.rows) ?? [];
  return (
    <div className="flex min-w-0 flex-col gap-4">
      {mayWrite && (
        <DropZone
          compact={rows.length > 0}
          accept={acceptedFiles}
          onFiles={uploads.add}
          hint={
            rows.length > 0
              ? "Drop more files here"
              : "Drop PDFs, Word or Excel files, Markdown, HTML, text or code here"
          }
        />
      )}
      <UploadList {...uploads} />
      {store.totals.failed > 1 && mayWrite && (
        <RetryFailed
          files={rows.filter((file) => file.status === "failed").map((file) => file.fileId)}
          store={store}
          onDone={refresh}
        />
      )}
      <QueryView query={files} title="The files could not be loaded" skeleton={<TableSkeleton rows={4} columns={4} />}>
        {() =>
          rows.length === 0 ? (
            <p className="text-ink-2">No file yet. The first can be searched seconds after it is dropped.</p>
          ) : (
            <>
              <FilesTable files={rows} onOpenFile={onOpenFile} onChanged={refresh} />
              <MoreButton list={files} label="Show more" />
            </>
          )
        }
      </QueryView>
    </div>
  );
}

function RetryFailed({ files, store, onDone }: { files: string[]; store: Store; onDone: () => Promise<void> }) {
  const client = useTRPCClient();
  const retry = useMutation({
    mutationFn: () => client.vectorStores.retryFailedFiles.mutate({ vectorStoreId: store.id }),
    onError: (error) =>
      toast({ kind: "error", title: "Not every file was started again", description: errorText(error) }),
    onSettled: onDone,
  });
  if (files.length < 2) return null;
  return (
    <Button icon={RotateCw} className="self-start" busy={retry.isPending} onClick={() => retry.mutate()}>
      Retry {files.length} failed files
    </Button>
  );
}
