import type { Outputs } from "#components/trpc/client";

export type Route = Outputs["models"]["routes"][number];
export type RouteTarget = Route["targets"][number];

/** What of a target decides when it is asked. */
export type RankedTarget = Pick<RouteTarget, "model" | "priority" | "weight">;

/** One line of the editor. */
export interface TargetDraft {
  /** Stays with the line when it moves. */
  key: string;
  model: string;
  /** True: shares the requests with the line above; false: is asked when that one fails. */
  beside: boolean;
  /** As typed. */
  weight: string;
}

let lines = 0;

/** A line that is asked when the ones above fail. */
export function newTarget(model = ""): TargetDraft {
  lines += 1;
  return { key: `line-${lines}`, model, beside: false, weight: "1" };
}

/** The lines of an alias that is being made. */
export function newDraft(model = ""): TargetDraft[] {
  return [newTarget(model)];
}

/** The lines of an alias as it stands. */
export function draftOf(targets: readonly RankedTarget[]): TargetDraft[] {
  return targets.map(({ model, priority, weight }, at) => ({
    ...newTarget(model),
    beside: targets[at - 1]?.priority === priority,
    weight: String(weight),
  }));
}

/** The lines as the server is told them: numbered by priority. */
export function targetsOf(rows: readonly TargetDraft[]): RankedTarget[] {
  let priority = 0;
  return rows.map(({ model, beside, weight }, at) => {
    if (at === 0 || !beside) priority += 1;
    return { model, priority, weight: weight.trim() === "" ? 1 : Number(weight) };
  });
}

/** The lines with the one at `at` moved up (-1) or down (1): two lines change places, and each place stays what it is. */
export function moveTarget(rows: readonly TargetDraft[], at: number, by: -1 | 1): TargetDraft[] {
  const moved = rows[at];
  const other = rows[at + by];
  if (!moved || !other) return [...rows];
  return rows.with(at, { ...other, beside: moved.beside }).with(at + by, { ...moved, beside: other.beside });
}

/** The share of the requests that each target gets first, between 0 and 1; null where nobody shares them. */
export function sharesOf(targets: readonly RankedTarget[]): (number | null)[] {
  return targets.map((target) => {
    const group = targets.filter((other) => other.priority === target.priority);
    if (group.length === 1) return null;
    const total = group.reduce((sum, other) => sum + other.weight, 0);
    return total > 0 ? target.weight / total : 1 / group.length;
  });
}

/** The targets of one priority together, in the order in which they are asked. */
export function groupTargets<T extends RankedTarget>(targets: readonly T[]): T[][] {
  const groups = new Map<number, T[]>();
  for (const target of targets) groups.set(target.priority, [...(groups.get(target.priority) ?? []), target]);
  return [...groups.values()];
}
