"use client";
import { useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { ClipboardPaste, FolderUp, Globe, RotateCw } from "lucide-react";
import { useRouter, useSearchParams } from "next/navigation";
import { useMemo, useRef, useState } from "react";
import { useMay } from "#components/shell/shell-context";
import { useTRPC, useTRPCClient } from "#components/trpc/client";
import { Button } from "#components/ui/button";
import { DropZone } from "#components/ui/drop-zone";
import { errorText } from "#components/ui/error-state";
import { FileInput } from "#components/ui/file-input";
import type { PickedFile } from "#components/ui/picked-files";
import { QueryView } from "#components/ui/query-view";
import { TableSkeleton } from "#components/ui/skeleton";
import { Switch } from "#components/ui/switch";
import { toast } from "#components/ui/toast";
import type { Store } from "#components/vector-stores/store-types";
import { AddUrlsDialog } from "./add-urls-dialog";
import { BulkBar } from "./bulk-bar";
import { type FileView, readView, toFilter, viewQuery } from "./file-view";
import { FilesTable } from "./files-table";
import { FilesToolbar } from "./files-toolbar";
import { PasteTextDialog } from "./paste-text-dialog";
import { UrlImports } from "./url-imports";
import { useRefreshStores } from "./use-store-uploads";

const acceptedFiles =
  ".pdf,.docx,.doc,.odt,.rtf,.pptx,.odp,.xlsx,.xls,.ods,.csv,.tsv,.epub,.eml,.html,.htm,.md,.markdown,.tex,.txt,.json,.jsonl," +
  ".xml,.yaml,.yml,.py,.js,.ts,.java,.go,.rs,.c,.cpp,.sh,.sql";

/** How often the list is read while files are being read, for each of its pages. */
const pollMs = 1500;

export interface FilesTabProps {
  store: Store;
  onFiles: (files: PickedFile[]) => void;
  /** Whether each new file's cut is to be seen before it is indexed. */
  hold: boolean;
  onHold: (hold: boolean) => void;
}

/** Ways to bring files, and every file with how far it is. */
export function FilesTab({ store, ...adding }: FilesTabProps) {
  const mayWrite = useMay("vectorStores.write");
  return (
    <div className="flex min-w-0 flex-col gap-4">
      {mayWrite && <AddFiles store={store} {...adding} />}
      <UrlImports vectorStoreId={store.id} />
      {store.totals.total === 0 ? (
        <p className="text-ink-2">No file yet. The first can be searched seconds after it is dropped.</p>
      ) : (
        <StoreFiles store={store} />
      )}
    </div>
  );
}

function AddFiles({ store, onFiles, hold, onHold }: FilesTabProps) {
  const compact = store.totals.total > 0;
  const folder = useRef<HTMLInputElement>(null);
  const [pasting, setPasting] = useState(false);
  const [naming, setNaming] = useState(false);
  const actions = (
    <>
      <Button icon={FolderUp} onClick={() => folder.current?.click()}>
        Choose a folder
      </Button>
      <Button icon={ClipboardPaste} onClick={() => setPasting(true)}>
        Paste text
      </Button>
      <Button icon={Globe} onClick={() => setNaming(true)}>
        Add web pages
      </Button>
    </>
  );
  return (
    <>
      <DropZone
        compact={compact}
        accept={acceptedFiles}
        onFiles={onFiles}
        actions={actions}
        hint={
          compact
            ? "Drop files or a folder anywhere on this page"
            : "Drop PDFs, Word or Excel files, Markdown, HTML, text or code, or whole folders, anywhere on this page"
        }
      />
      <span className="self-start">
        <Switch label="Preview each cut before indexing" checked={hold} onChange={onHold} />
      </span>
      <FileInput ref={folder} folder label="Choose a folder" onFiles={onFiles} />
      {pasting && <PasteTextDialog onClose={() => setPasting(false)} onFiles={onFiles} />}
      {naming && <AddUrlsDialog vectorStoreId={store.id} onClose={() => setNaming(false)} />}
    </>
  );
}

function StoreFiles({ store }: { store: Store }) {
  const trpc = useTRPC();
  const mayWrite = useMay("vectorStores.write");
  const [view, setView] = useFileView();
  const { selected, setSelected, selectAll } = useSelection(store.id, view);
  const files = useInfiniteQuery(
    trpc.storeFiles.browse.infiniteQueryOptions(
      { vectorStoreId: store.id, ...toFilter(view), sort: view.sort, order: view.order },
      {
        getNextPageParam: (page) => page.nextCursor,
        refetchInterval: ({ state }) => {
          const pages = state.data?.pages ?? [];
          // The store may be seen to be ready before its last file is.
          const open = pages.some((page) => page.rows.some((row) => row.status === "in_progress"));
          return (open || store.totals.inProgress > 0) && pollMs * Math.max(1, pages.length);
        },
      },
    ),
  );
  const rows = useMemo(() => files.data?.pages.flatMap((page) => page.rows) ?? [], [files.data]);
  return (
    <>
      <FilesToolbar
        view={view}
        onView={setView}
        selected={selected.size}
        selecting={selectAll.isPending}
        onSelectAll={() => selectAll.mutate()}
      />
      {mayWrite && store.totals.failed > 1 && <RetryFailed store={store} />}
      {selected.size > 0 && (
        <BulkBar vectorStoreId={store.id} fileIds={[...selected]} onClear={() => setSelected(new Set())} />
      )}
      <QueryView query={files} title="The files could not be loaded" skeleton={<TableSkeleton rows={4} columns={4} />}>
        {() =>
          rows.length === 0 ? (
            <p className="text-ink-2">No file of this store is like that.</p>
          ) : (
            <FilesTable
              {...{ rows, view, selected }}
              onView={setView}
              onSelect={setSelected}
              loadMore={files.hasNextPage && !files.isFetchingNextPage ? () => void files.fetchNextPage() : null}
            />
          )
        }
      </QueryView>
    </>
  );
}

/** The view in the URL, and a way to change it. */
function useFileView(): [FileView, (view: FileView) => void] {
  const router = useRouter();
  const parameters = useSearchParams();
  const view = useMemo(() => readView(parameters), [parameters]);
  return [view, (next) => router.replace(window.location.pathname + viewQuery(next), { scroll: false })];
}

function useSelection(vectorStoreId: string, view: FileView) {
  const client = useTRPCClient();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const selectAll = useMutation({
    mutationFn: () => client.storeFiles.ids.query({ vectorStoreId, ...toFilter(view) }),
    onSuccess: (ids) => setSelected(new Set(ids)),
    onError: (error) => toast({ kind: "error", title: "The files could not be chosen", description: errorText(error) }),
  });
  return { selected, setSelected, selectAll };
}

function RetryFailed({ store }: { store: Store }) {
  const client = useTRPCClient();
  const refresh = useRefreshStores();
  const retry = useMutation({
    mutationFn: () => client.vectorStores.retryFailedFiles.mutate({ vectorStoreId: store.id }),
    onError: (error) =>
      toast({ kind: "error", title: "Not every file was started again", description: errorText(error) }),
    onSettled: refresh,
  });
  return (
    <Button icon={RotateCw} className="self-start" busy={retry.isPending} onClick={() => retry.mutate()}>
      Retry {store.totals.failed} failed files
    </Button>
  );
}
