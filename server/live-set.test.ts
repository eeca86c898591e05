import { getHeapSpaceStatistics } from "node:v8";
import { expect, test } from "vitest";
import { LiveSet } from "#server/live-set";
import { collectStartupGarbage } from "#server/startup-garbage";

function oldGenerationMb(): number {
  const space = getHeapSpaceStatistics().find(({ space_name }) => space_name === "old_space");
  return (space?.space_used_size ?? 0) / 2 ** 20;
}

test("members stand in the order of coming, and each can be found and removed once", () => {
  const [first, second, third] = [{ id: 1 }, { id: 2 }, { id: 3 }];
  const set = new LiveSet<{ id: number }>();
  for (const member of [first, second, third]) set.add(member);
  expect(set.find(({ id }) => id === 2)).toBe(second);
  expect(set.delete(second)).toBe(true);
  expect(set.delete(second)).toBe(false);
  expect(set.find(({ id }) => id === 2)).toBeUndefined();
  expect([...set]).toEqual([first, third]);
  expect(set.size).toBe(2);
});

test("a member may be removed while the set is walked", () => {
  const set = new LiveSet<{ id: number }>();
  for (const id of [1, 2, 3]) set.add({ id });
  const seen: number[] = [];
  for (const member of set) {
    seen.push(member.id);
    set.delete(member);
  }
  expect(seen).toEqual([1, 2, 3]);
  expect(set.size).toBe(0);
});

test("members that have gone do not pile up in the heap's old generation", () => {
  const set = new LiveSet<object>();
  const present: object[] = [];
  collectStartupGarbage();
  const before = oldGenerationMb();
  let most = 0;
  // 300 MB come and go, 32 members at a time; a Map or a Set keeps 60 MB of that until the next full collection.
  for (let count = 0; count < 50_000; count += 1) {
    const member = { parts: Array.from({ length: 100 }, (_, part) => ({ part })) };
    set.add(member);
    present.push(member);
    if (present.length > 32) set.delete(present.shift() ?? {});
    if (count % 1_000 === 0) most = Math.max(most, oldGenerationMb() - before);
  }
  expect(most).toBeLessThan(20);
});
