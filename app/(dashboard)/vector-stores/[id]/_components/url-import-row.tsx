"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { RotateCw, X } from "lucide-react";
import { formatExact, formatPlural } from "#components/format/numbers";
import { useMay } from "#components/shell/shell-context";
import { type Outputs, useTRPC, useTRPCClient } from "#components/trpc/client";
import { Button } from "#components/ui/button";
import { errorText } from "#components/ui/error-state";
import { IconButton } from "#components/ui/icon-button";
import { ProgressBar } from "#components/ui/progress";
import { RelativeTime } from "#components/ui/relative-time";
import { RunStatus } from "#components/ui/status";
import { toast } from "#components/ui/toast";

export type UrlImport = Outputs["urlImports"]["list"][number];

/** All pages of an import, settled or not. */
export function pageCount({ pages }: UrlImport): number {
  return pages.waiting + pages.added + pages.unchanged + pages.failed;
}

/** Where the pages come from, in a line. */
export function sourceOf(row: UrlImport): string {
  return row.sitemapUrl ?? formatPlural(pageCount(row), "address", "addresses");
}

function summaryOf({ listed, pages, skippedCount, status }: UrlImport): string {
  if (!listed) return status === "in_progress" ? "Reading the sitemap" : "";
  const parts = [
    [pages.added, "added"],
    [pages.unchanged, "unchanged"],
    [pages.failed, "failed"],
    [pages.waiting, status === "in_progress" ? "to come" : "not fetched"],
    [skippedCount, "left out"],
  ] as const;
  return parts.flatMap(([count, word]) => (count > 0 ? [`${formatExact(count)} ${word}`] : [])).join(", ");
}

/** One import: where its pages come from, how far it is, and what can be done about it. */
export function UrlImportRow({ row, onOpen }: { row: UrlImport; onOpen: () => void }) {
  const total = pageCount(row);
  const isRunning = row.status === "in_progress";
  const share = row.listed && total > 0 ? (100 * (total - row.pages.waiting)) / total : null;
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b px-3 py-2 last:border-b-0">
      <span className="min-w-48 flex-1">
        <span className="block [overflow-wrap:anywhere]">{sourceOf(row)}</span>
        <span className="block text-ink-2 text-sm">
          {summaryOf(row)}
          {row.endedAt && (
            <span className="text-ink-3">
              {row.listed && " · "}
              <RelativeTime at={row.endedAt} />
            </span>
          )}
        </span>
        {row.errorMessage && (
          <span className="block text-danger text-sm [overflow-wrap:anywhere]">{row.errorMessage}</span>
        )}
        {isRunning && <ProgressBar value={share} label={`Import of ${sourceOf(row)}`} className="mt-1" />}
      </span>
      <RunStatus status={row.status === "completed" && row.pages.failed > 0 ? "incomplete" : row.status} />
      <ImportActions row={row} onOpen={onOpen} />
    </li>
  );
}

function ImportActions({ row, onOpen }: { row: UrlImport; onOpen: () => void }) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const mayWrite = useMay("vectorStores.write");
  const change = useMutation({
    mutationFn: (what: "retry" | "cancel" | "delete") => client.urlImports[what].mutate({ importId: row.id }),
    onError: (error) => toast({ kind: "error", title: "The import was not changed", description: errorText(error) }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: trpc.urlImports.pathKey() }),
  });
  const isRunning = row.status === "in_progress";
  const open = row.pages.failed + row.pages.waiting;
  const name = sourceOf(row);
  return (
    <span className="flex flex-wrap items-center gap-1">
      {mayWrite && !isRunning && (open > 0 || row.status === "failed") && (
        <Button size="sm" icon={RotateCw} busy={change.isPending} onClick={() => change.mutate("retry")}>
          {open > 0 ? `Fetch ${formatPlural(open, "page")} again` : "Try again"}
        </Button>
      )}
      {pageCount(row) > 0 && (
        <Button size="sm" variant="ghost" aria-label={`Show pages of ${name}`} onClick={onOpen}>
          Show pages
        </Button>
      )}
      {mayWrite && isRunning && (
        <Button
          size="sm"
          variant="ghost"
          aria-label={`Cancel ${name}`}
          disabled={change.isPending}
          onClick={() => change.mutate("cancel")}
        >
          Cancel
        </Button>
      )}
      {mayWrite && !isRunning && (
        <IconButton
          icon={X}
          size="sm"
          label={`Take ${name} off this list`}
          disabled={change.isPending}
          onClick={() => change.mutate("delete")}
        />
      )}
    </span>
  );
}
