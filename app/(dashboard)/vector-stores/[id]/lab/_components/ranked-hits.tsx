"use client";
import Link from "next/link";
import { Badge } from "#components/ui/status";
import { fileHref } from "#components/vector-stores/file-href";
import { HitScores } from "#components/vector-stores/hit-scores";
import { passagePlace } from "#components/vector-stores/passage-place";
import type { Hit } from "#components/vector-stores/store-types";

export interface RankedHitsProps {
  label: string;
  hits: readonly Hit[];
  /** The other side's, to mark what differs; null when there is none. */
  other: readonly Hit[] | null;
  /** Chosen as expected passages, by chunk id. */
  expected: ReadonlySet<string>;
  onExpect: ((hit: Hit) => void) | null;
}

/** Passages of one side in order, with each leg's score and place. */
export function RankedHits({ label, hits, other, expected, onExpect }: RankedHitsProps) {
  if (hits.length === 0) return <p className="text-ink-2">Nothing was found with these settings.</p>;
  return (
    <ol aria-label={label} className="flex min-w-0 flex-col gap-2">
      {hits.map((hit, at) => (
        <li key={hit.chunkId} className="flex min-w-0 flex-col gap-1.5 rounded-md border bg-surface px-4 py-3">
          <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
            <span className="figures text-ink-3 text-sm">{at + 1}</span>
            {other && <Difference place={at + 1} otherPlace={placeIn(other, hit)} />}
            <Link href={fileHref(hit)} className="min-w-0 truncate rounded-xs font-medium hover:underline">
              {hit.filename}
            </Link>
            <span className="min-w-0 truncate text-ink-2 text-sm">{passagePlace(hit)}</span>
          </div>
          <p className="line-clamp-3 whitespace-pre-wrap text-ink-2 leading-5 [overflow-wrap:anywhere]">{hit.text}</p>
          <div className="flex flex-wrap items-center gap-x-4 gap-y-1 text-sm">
            <HitScores hit={hit} rank={at + 1} />
            {onExpect && (
              <button
                type="button"
                aria-pressed={expected.has(hit.chunkId)}
                className="ml-auto rounded-xs text-accent text-sm hover:underline"
                onClick={() => onExpect(hit)}
              >
                {expected.has(hit.chunkId) ? "Expected" : "Mark as expected"}
              </button>
            )}
          </div>
        </li>
      ))}
    </ol>
  );
}

function placeIn(hits: readonly Hit[], hit: Hit): number | null {
  const at = hits.findIndex((one) => one.chunkId === hit.chunkId);
  return at < 0 ? null : at + 1;
}

function Difference({ place, otherPlace }: { place: number; otherPlace: number | null }) {
  if (otherPlace === null) return <Badge tone="warning">only here</Badge>;
  if (otherPlace === place) return <Badge>same place</Badge>;
  const by = Math.abs(otherPlace - place);
  return place < otherPlace ? <Badge tone="ok">↑ {by} higher</Badge> : <Badge tone="running">↓ {by} lower</Badge>;
}
