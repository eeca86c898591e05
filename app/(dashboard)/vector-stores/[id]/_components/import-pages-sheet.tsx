"use client";
import { useInfiniteQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useState } from "react";
import { formatExact, formatPlural } from "#components/format/numbers";
import { type Outputs, useTRPC } from "#components/trpc/client";
import { MoreButton } from "#components/ui/more-button";
import { QueryView } from "#components/ui/query-view";
import { Segmented } from "#components/ui/segmented";
import { Sheet } from "#components/ui/sheet";
import { Skeleton } from "#components/ui/skeleton";
import { Status, type Tone } from "#components/ui/status";
import { fileHref } from "#components/vector-stores/file-href";
import { sourceOf, type UrlImport } from "./url-import-row";

type ImportPage = Outputs["urlImports"]["pages"]["rows"][number];

const pollMs = 2000;
const states: Record<ImportPage["status"], { tone: Tone; word: string }> = {
  waiting: { tone: "neutral", word: "Waiting" },
  added: { tone: "ok", word: "Added" },
  unchanged: { tone: "ok", word: "Unchanged" },
  failed: { tone: "danger", word: "Failed" },
};

/** Every page of an import with what became of it. */
export function ImportPagesSheet({ row, onClose }: { row: UrlImport | null; onClose: () => void }) {
  return (
    <Sheet open={row !== null} onOpenChange={(open) => !open && onClose()} title={row ? sourceOf(row) : "Pages"}>
      {row && <ImportPages key={row.id} row={row} />}
    </Sheet>
  );
}

function ImportPages({ row }: { row: UrlImport }) {
  const trpc = useTRPC();
  const [shown, setShown] = useState<"all" | "failed">(row.pages.failed > 0 ? "failed" : "all");
  const pages = useInfiniteQuery(
    trpc.urlImports.pages.infiniteQueryOptions(
      { importId: row.id, status: shown === "failed" ? "failed" : null },
      {
        getNextPageParam: (page) => page.nextCursor,
        refetchInterval: row.status === "in_progress" && pollMs,
      },
    ),
  );
  const options = [
    { value: "all" as const, label: "All" },
    { value: "failed" as const, label: `Failed ${formatExact(row.pages.failed)}` },
  ];
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-3 overflow-y-auto p-4">
      <Segmented label="Which pages" value={shown} onChange={setShown} options={options} className="self-start" />
      {row.skippedCount > 0 && (
        <p className="text-ink-2 text-sm">
          Left out: {formatPlural(row.skippedCount, "page")} of the sitemap, on other hosts or beyond the limit.
        </p>
      )}
      <QueryView query={pages} title="The pages could not be loaded" skeleton={<Skeleton className="h-40" />}>
        {(data) => {
          const rows = data.pages.flatMap((page) => page.rows);
          if (rows.length === 0) return <p className="text-ink-2">No page of this import is like that.</p>;
          return (
            <ul className="divide-y">
              {rows.map((page) => (
                <PageRow key={page.ordinal} page={page} vectorStoreId={row.vectorStoreId} />
              ))}
            </ul>
          );
        }}
      </QueryView>
      <MoreButton list={pages} label="Show more" size="sm" />
    </div>
  );
}

function PageRow({ page, vectorStoreId }: { page: ImportPage; vectorStoreId: string }) {
  const { tone, word } = states[page.status];
  return (
    <li className="flex items-start gap-3 py-2">
      <span className="min-w-0 flex-1 [overflow-wrap:anywhere]">
        {page.fileId ? (
          <Link className="rounded-xs hover:underline" href={fileHref({ vectorStoreId, fileId: page.fileId })}>
            {page.url}
          </Link>
        ) : (
          page.url
        )}
        {page.errorMessage && <span className="block text-danger text-sm">{page.errorMessage}</span>}
      </span>
      <Status tone={tone}>{word}</Status>
    </li>
  );
}
