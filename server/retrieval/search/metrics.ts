/**
 * What a ranking found: the grade of the passage at each place, best first, 0 where it is not relevant. Each relevant
 * passage counts once.
 */
export type Gains = readonly number[];

/** The share of `relevant` passages among the first `depth` places, 0 to 1. */
export function recallAt(depth: number, gains: Gains, relevant: number): number {
  return relevant === 0 ? 0 : gains.slice(0, depth).filter((gain) => gain > 0).length / relevant;
}

/** 1 over the place of the first relevant passage; 0 when there is none. */
export function reciprocalRank(gains: Gains): number {
  const at = gains.findIndex((gain) => gain > 0);
  return at < 0 ? 0 : 1 / (at + 1);
}

/**
 * Normalised discounted cumulative gain of the first `depth` places, 0 to 1: 1 when all relevant passages (`grades`)
 * come first, best first. Linear gain, as TREC's evaluation has it (Järvelin and Kekäläinen, 2002).
 */
export function ndcgAt(depth: number, gains: Gains, grades: readonly number[]): number {
  const ideal = discountedGain(
    grades.toSorted((a, b) => b - a),
    depth,
  );
  return ideal === 0 ? 0 : discountedGain(gains, depth) / ideal;
}

function discountedGain(gains: Gains, depth: number): number {
  return gains.slice(0, depth).reduce((sum, gain, place) => sum + gain / Math.log2(place + 2), 0);
}

/** The mean of some numbers; 0 of none. */
export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
