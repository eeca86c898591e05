"use client";
import { formatExact, formatPlural } from "#components/format/numbers";
import { cn } from "#components/ui/cn";
import { CopyButton } from "#components/ui/copy-button";
import type { FilePart } from "./file-reader";

export interface PartChunksProps {
  part: FilePart;
  selected: string | null;
  onSelect: (chunkId: string) => void;
}

/** The passages of what is shown, in order, each between its neighbours. */
export function PartChunks({ part, selected, onSelect }: PartChunksProps) {
  if (part.chunks.length === 0) {
    return <p className="text-ink-2">No passage was cut from this {part.page === null ? "part" : "page"}.</p>;
  }
  return (
    <section aria-label="Passages" className="min-w-0 rounded-md border bg-surface">
      <h2 className="border-b px-3 py-2 font-medium">{formatPlural(part.chunks.length, "passage")}</h2>
      <ol className="scroll-thin max-h-[max(20rem,calc(100dvh-19rem))] overflow-y-auto">
        {part.chunks.map((chunk) => (
          <li
            key={chunk.id}
            className={cn(
              "flex items-start gap-1 border-b pr-2 last:border-b-0",
              chunk.id === selected ? "bg-accent-soft" : "hover:bg-raised/60",
            )}
          >
            <button
              type="button"
              aria-pressed={chunk.id === selected}
              onClick={() => onSelect(chunk.id)}
              className="min-w-0 flex-1 px-3 py-2 text-left outline-offset-[-2px]"
            >
              <span className="flex items-baseline gap-2 text-ink-3 text-sm">
                <span className="figures">{chunk.ordinal + 1}</span>
                <span className="min-w-0 flex-1 truncate">{chunk.headingPath}</span>
                <span className="figures whitespace-nowrap">{formatExact(chunk.tokenCount)} tokens</span>
              </span>
              <span className="line-clamp-3 text-ink-2 text-sm [overflow-wrap:anywhere]">{chunk.text}</span>
            </button>
            <span className="pt-1.5">
              <CopyButton text={chunk.text} label={`Copy passage ${chunk.ordinal + 1}`} />
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
