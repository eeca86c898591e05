"use client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Library, Plus } from "lucide-react";
import { useState } from "react";
import { Page } from "#components/shell/page";
import { useMay } from "#components/shell/shell-context";
import { useTRPC } from "#components/trpc/client";
import { Button } from "#components/ui/button";
import { EmptyState } from "#components/ui/empty-state";
import { MoreButton } from "#components/ui/more-button";
import { QueryView } from "#components/ui/query-view";
import { TableSkeleton } from "#components/ui/skeleton";
import { CreateStoreDialog } from "./create-store-dialog";
import { StoreCommand } from "./store-command";
import { StoresTable } from "./stores-table";

/** Every vector store, and the way to a new one. */
export function VectorStoresPage() {
  const trpc = useTRPC();
  const mayCreate = useMay("vectorStores.write");
  const [creating, setCreating] = useState(false);
  const stores = useInfiniteQuery(
    trpc.vectorStores.list.infiniteQueryOptions(
      {},
      {
        getNextPageParam: (page) => page.nextCursor,
        refetchInterval: ({ state }) =>
          state.data?.pages.some((page) => page.rows.some((row) => row.status === "in_progress")) ? 2000 : false,
      },
    ),
  );
  const create = mayCreate && (
    <Button variant="primary" icon={Plus} onClick={() => setCreating(true)}>
      Create vector store
    </Button>
  );
  return (
    <Page title="Vector stores" actions={create}>
      <QueryView
        query={stores}
        title="The vector stores could not be loaded"
        skeleton={<TableSkeleton columns={5} wide />}
      >
        {({ pages }) => {
          const rows = pages.flatMap((page) => page.rows);
          if (rows.length === 0) {
            return (
              <EmptyState
                icon={Library}
                title="A vector store holds documents that models can search"
                action={create}
                command={<StoreCommand />}
              >
                Drop in PDFs, Word or Excel files, Markdown, HTML or text. They are read, cut into passages and indexed
                for search by words and by meaning; answers cite the passages they quote.
              </EmptyState>
            );
          }
          return (
            <>
              <StoresTable stores={rows} />
              <MoreButton list={stores} className="mt-3" />
            </>
          );
        }}
      </QueryView>
      <CreateStoreDialog open={creating} onOpenChange={setCreating} />
    </Page>
  );
}
