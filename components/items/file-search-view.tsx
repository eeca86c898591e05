"use client";
import { Search } from "lucide-react";
import { formatPlural } from "#components/format/numbers";
import { keyed } from "#components/ui/keyed";
import { RunStatus } from "#components/ui/status";
import type { FileSearchCallItem } from "#server/protocol/items";
import { Fold } from "./fold-view";

/** A search in files: what was asked and what was found. */
export function FileSearchView({ item, startOpen = false }: { item: FileSearchCallItem; startOpen?: boolean }) {
  const running = item.status === "in_progress" || item.status === "searching";
  return (
    <Fold
      icon={Search}
      startOpen={startOpen}
      title={
        <>
          Searched files
          {item.queries.length > 0 && <span className="text-ink-2"> for “{item.queries.join("”, “")}”</span>}
        </>
      }
      aside={
        running ? (
          <RunStatus status="running" />
        ) : item.status === "failed" ? (
          <RunStatus status="failed" />
        ) : (
          item.results && formatPlural(item.results.length, "passage")
        )
      }
    >
      {item.results && item.results.length > 0 ? (
        <ol className="flex flex-col">
          {keyed(item.results, (result) => result.file_id).map(({ key, item: result }) => (
            <li key={key} className="border-t px-3 py-2 first:border-t-0">
              <p className="flex items-baseline gap-2 text-sm">
                <span className="min-w-0 flex-1 truncate font-medium">{result.filename}</span>
                <span className="figures text-ink-3">{result.score.toFixed(3)}</span>
              </p>
              <p className="line-clamp-4 whitespace-pre-wrap text-ink-2 [overflow-wrap:anywhere]">{result.text}</p>
            </li>
          ))}
        </ol>
      ) : (
        <p className="px-3 py-2 text-ink-2">{item.results ? "Nothing was found." : "The passages were not kept."}</p>
      )}
    </Fold>
  );
}
