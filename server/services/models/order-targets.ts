/** How a target of an alias stands to the others. */
export interface TargetRank {
  /** Lower ones are asked first; those of one priority share the requests. */
  priority: number;
  /** Its share among those of its priority. 0: only when the others of its priority fail. */
  weight: number;
}

/** Draws one by weight: `point` in [0, 1). The first when nobody has any weight. */
function draw<T extends TargetRank>(targets: readonly T[], point: number): number {
  const total = targets.reduce((sum, target) => sum + target.weight, 0);
  let left = point * total;
  for (const [index, target] of targets.entries()) {
    left -= target.weight;
    if (left < 0) return index;
  }
  return Math.max(
    0,
    targets.findLastIndex((target) => target.weight > 0),
  );
}

/**
 * The order in which one response asks its targets: by priority, and within one drawn by weight without putting back,
 * so that who takes over is drawn by weight too. `random` answers numbers in [0, 1).
 */
export function orderTargets<T extends TargetRank>(targets: readonly T[], random: () => number = Math.random): T[] {
  const ordered: T[] = [];
  const priorities = [...new Set(targets.map((target) => target.priority))].sort((a, b) => a - b);
  for (const priority of priorities) {
    const left = targets.filter((target) => target.priority === priority);
    while (left.length > 0) ordered.push(...left.splice(draw(left, random()), 1));
  }
  return ordered;
}
