"use client";
import { Search } from "lucide-react";
import { formatPlural } from "#components/format/numbers";
import { keyed } from "#components/ui/keyed";
import type { FileSearchCallItem } from "#server/protocol/items";
import { CallState } from "./call-state";
import { Fold } from "./fold-view";

export interface FileSearchViewProps {
  item: FileSearchCallItem;
  startOpen?: boolean;
  /** How long it took, where that is known. */
  durationMs?: number | undefined;
}

/** A search in files: what was asked and what was found. */
export function FileSearchView({ item, startOpen = false, durationMs }: FileSearchViewProps) {
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
        <CallState status={item.status} durationMs={durationMs}>
          {item.results && formatPlural(item.results.length, "passage")}
        </CallState>
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
