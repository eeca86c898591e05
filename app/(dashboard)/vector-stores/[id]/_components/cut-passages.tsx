"use client";
import { formatExact } from "#components/format/numbers";
import type { Outputs } from "#components/trpc/client";
import { cn } from "#components/ui/cn";
import { FactStrip } from "#components/ui/fact-strip";
import { MoreButton, type MoreButtonProps } from "#components/ui/more-button";

type Preview = Outputs["storeFiles"]["previewCut"];

export interface CutPassagesProps {
  /** Of one cut, in order; at least one. */
  pages: readonly Preview[];
  list: MoreButtonProps["list"];
  /** Whether another cut is on its way, or asked for otherwise meanwhile. */
  stale: boolean;
  /** Passages that the file has now; null when it has none. */
  presentCount: number | null;
}

/** What a cut comes to: how many passages of which sizes, and the passages themselves. */
export function CutPassages({ pages, list, stale, presentCount }: CutPassagesProps) {
  const [first] = pages;
  if (!first) return null;
  const { count, tokens, smallest, median, largest } = first;
  const now = presentCount === null || presentCount === count ? "" : ` (now ${formatExact(presentCount)})`;
  const facts = [
    { name: "Passages", value: <span className="figures">{formatExact(count) + now}</span> },
    { name: "Tokens to embed", value: <span className="figures">{formatExact(tokens)}</span> },
    { name: "Smallest", value: <span className="figures">{formatExact(smallest)}</span> },
    { name: "Median", value: <span className="figures">{formatExact(median)}</span> },
    { name: "Largest", value: <span className="figures">{formatExact(largest)}</span> },
  ];
  return (
    <div aria-busy={stale} className={cn("flex flex-col gap-3", stale && "opacity-55")}>
      <FactStrip facts={facts} />
      {count === 0 && <p className="text-ink-2">The file holds no text: no passage would be cut from it.</p>}
      <ol aria-label="Passages of this cut" className="flex flex-col gap-2">
        {pages.flatMap((page) =>
          page.passages.map((passage) => (
            <li key={passage.ordinal} className="rounded-md border bg-surface px-3 py-2">
              <p className="flex items-baseline gap-2 text-ink-3 text-sm">
                <span className="figures">{passage.ordinal + 1}</span>
                {passage.page !== null && <span className="figures whitespace-nowrap">page {passage.page}</span>}
                <span className="min-w-0 flex-1 truncate">{passage.headingPath}</span>
                <span className="figures whitespace-nowrap">{formatExact(passage.tokenCount)} tokens</span>
              </p>
              <p className="mt-1 whitespace-pre-wrap text-ink-2 text-sm [overflow-wrap:anywhere]">{passage.text}</p>
            </li>
          )),
        )}
      </ol>
      <MoreButton list={list} label="Show more passages" />
    </div>
  );
}
