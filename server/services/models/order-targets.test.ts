import { describe, expect, it } from "vitest";
import { orderTargets } from "#server/services/models/order-targets";

const target = (name: string, priority: number, weight: number) => ({ name, priority, weight });

function namesOf(targets: readonly { name: string }[]): string {
  return targets.map(({ name }) => name).join("");
}

/** Numbers in [0, 1), the same ones in every run. Source: the minimal standard generator, Park and Miller 1988. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

describe("orderTargets", () => {
  it("goes by priority, whatever the weights", () => {
    const targets = [target("c", 3, 100), target("a", 1, 1), target("b", 2, 50)];
    expect(namesOf(orderTargets(targets))).toBe("abc");
  });

  it("draws the first of one priority in proportion to the weights, and the second among the rest", () => {
    const targets = [target("a", 1, 70), target("b", 1, 20), target("c", 1, 10), target("z", 2, 1)];
    const random = seeded(42);
    const counts = new Map<string, number>();
    for (let draws = 0; draws < 10_000; draws += 1) {
      const order = namesOf(orderTargets(targets, random));
      expect(order.endsWith("z")).toBe(true);
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    const share = (start: string) =>
      [...counts].reduce((sum, [order, count]) => (order.startsWith(start) ? sum + count : sum), 0) / 10_000;
    expect(share("a")).toBeCloseTo(0.7, 1);
    expect(share("b")).toBeCloseTo(0.2, 1);
    expect(share("c")).toBeCloseTo(0.1, 1);
    expect(share("ab")).toBeCloseTo(0.7 * (20 / 30), 1);
  });

  it("asks a weight of 0 only after the others of its priority", () => {
    const targets = [target("a", 1, 0), target("b", 1, 1), target("c", 2, 1)];
    const random = seeded(7);
    for (let draws = 0; draws < 100; draws += 1) expect(namesOf(orderTargets(targets, random))).toBe("bac");
    expect(namesOf(orderTargets([target("a", 1, 0), target("b", 1, 0)]))).toBe("ab");
  });
});
