import Link from "next/link";
import { CopyButton } from "#components/ui/copy-button";
import { fileHref } from "#components/vector-stores/file-href";
import { HitScores } from "#components/vector-stores/hit-scores";
import { passagePlace } from "#components/vector-stores/passage-place";
import type { Hit } from "#components/vector-stores/store-types";

export interface HitCardProps {
  hit: Hit;
  rank: number;
}

/** A passage that a search found: where it stands, its scores, its words. */
export function HitCard({ hit, rank }: HitCardProps) {
  const place = passagePlace(hit);
  return (
    <article className="flex min-w-0 flex-col gap-2 rounded-md border bg-surface px-4 py-3">
      <header className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <span className="figures text-ink-3 text-sm">{rank}</span>
        <Link href={fileHref(hit)} className="truncate rounded-xs font-medium hover:underline">
          {hit.filename}
        </Link>
        {place && <span className="min-w-0 truncate text-ink-2 text-sm">{place}</span>}
        <span className="ml-auto flex flex-wrap items-center gap-x-4 text-sm">
          <HitScores hit={hit} />
          <CopyButton text={hit.text} label="Copy passage" />
        </span>
      </header>
      <p className="line-clamp-6 whitespace-pre-wrap leading-5 text-ink-2 [overflow-wrap:anywhere]">{hit.text}</p>
    </article>
  );
}
