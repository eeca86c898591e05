"use client";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTRPC } from "#components/trpc/client";
import { Button } from "#components/ui/button";
import { ErrorState } from "#components/ui/error-state";
import { ImportPagesSheet } from "./import-pages-sheet";
import { UrlImportRow } from "./url-import-row";
import { useRefreshStores } from "./use-store-uploads";

const pollMs = 1500;
/** Shown before older ones are asked for. */
const newest = 3;

/** Imports of web pages into the store, each with how far it is; nothing when there are none. */
export function UrlImports({ vectorStoreId }: { vectorStoreId: string }) {
  const trpc = useTRPC();
  const refresh = useRefreshStores();
  const [all, setAll] = useState(false);
  const [openId, setOpenId] = useState<string | null>(null);
  const imports = useQuery(
    trpc.urlImports.list.queryOptions(
      { vectorStoreId },
      { refetchInterval: ({ state }) => state.data?.some((one) => one.status === "in_progress") && pollMs },
    ),
  );
  const added = imports.data?.reduce((sum, one) => sum + one.pages.added, 0);
  useEffect(() => {
    if (added) void refresh();
  }, [added, refresh]);
  const rows = imports.data ?? [];
  if (imports.error && rows.length === 0) {
    return (
      <ErrorState
        title="The imports of web pages could not be loaded"
        error={imports.error}
        onRetry={() => void imports.refetch()}
      />
    );
  }
  if (rows.length === 0) return null;
  return (
    <section aria-label="Imports of web pages" className="rounded-md border bg-surface">
      <ul>
        {rows.slice(0, all ? rows.length : newest).map((row) => (
          <UrlImportRow key={row.id} row={row} onOpen={() => setOpenId(row.id)} />
        ))}
      </ul>
      {!all && rows.length > newest && (
        <div className="border-t px-3 py-1.5">
          <Button size="sm" variant="ghost" onClick={() => setAll(true)}>
            Show {rows.length - newest} older
          </Button>
        </div>
      )}
      <ImportPagesSheet row={rows.find((row) => row.id === openId) ?? null} onClose={() => setOpenId(null)} />
    </section>
  );
}
