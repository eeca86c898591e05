import { cn } from "#components/ui/cn";
import { Tooltip } from "#components/ui/tooltip";
import type { Hit } from "#components/vector-stores/store-types";

export interface HitScoresProps {
  hit: Hit;
  /** Where it stands among the results: with it each score has its own place. */
  rank?: number;
}

/** A found passage's scores: of each leg, of both together, and of the ranker where one had the last word. */
export function HitScores({ hit, rank }: HitScoresProps) {
  const isReranked = hit.rerankScore !== undefined;
  const placeOf = (place: number | null | undefined) => (rank === undefined ? null : (place ?? null));
  return (
    <>
      <Score name="vector" value={hit.vectorScore} place={placeOf(hit.vectorPlace)} hint="Cosine similarity, −1 to 1" />
      <Score name="keyword" value={hit.keywordScore} place={placeOf(hit.keywordPlace)} hint="BM25, open at the top" />
      <Score
        name="fused"
        value={hit.fusedScore ?? hit.score}
        place={placeOf(isReranked ? null : rank)}
        hint="Both together, 0 to 1"
        strong={!isReranked}
      />
      {hit.rerankScore !== undefined && (
        <Score name="rerank" value={hit.rerankScore} place={placeOf(rank)} hint="The ranker's, 0 to 1" strong />
      )}
    </>
  );
}

interface ScoreProps {
  name: string;
  value: number | null;
  place: number | null;
  hint: string;
  /** What the results are in the order of. */
  strong?: boolean;
}

function Score({ name, value, place, hint, strong = false }: ScoreProps) {
  return (
    <Tooltip content={value === null ? `Not found by ${name}` : `${hint}${place === null ? "" : `, place ${place}`}`}>
      <span className={cn("whitespace-nowrap", strong ? "text-ink" : "text-ink-2")}>
        {name} <span className="figures">{value === null ? "–" : value.toFixed(3)}</span>
        {place !== null && <span className="figures text-ink-3"> #{place}</span>}
      </span>
    </Tooltip>
  );
}
