import { expect, it, vi } from "vitest";
import { groupCommit } from "#server/db/group-commit";

function recorder(options: { maxRows?: number; maxInFlight?: number; fail?: (rows: string[]) => Error | null } = {}) {
  const batches: string[][] = [];
  const releases: (() => void)[] = [];
  const add = groupCommit<string>({
    maxRows: options.maxRows ?? 100,
    maxInFlight: options.maxInFlight ?? 2,
    isOutage: (error) => error instanceof Error && error.message === "outage",
    write: async (rows) => {
      batches.push(rows);
      const error = options.fail?.(rows);
      if (error) throw error;
      await new Promise<void>((resolve) => releases.push(resolve));
    },
  });
  return { add, batches, releases };
}

it("writes the rows of one turn in one statement and resolves only when it is done", async () => {
  const { add, batches, releases } = recorder();
  let done = 0;
  const rows = ["a", "b", "c"].map((row) => add(row).then(() => done++));
  await vi.waitFor(() => expect(batches).toEqual([["a", "b", "c"]]));
  expect(done).toBe(0);
  releases[0]?.();
  await Promise.all(rows);
  expect(done).toBe(3);
});

it("keeps at most two statements under way and the rest for the next", async () => {
  const { add, batches, releases } = recorder({ maxRows: 1 });
  const rows = ["a", "b", "c", "d"].map((row) => add(row));
  await vi.waitFor(() => expect(batches).toEqual([["a"], ["b"]]));
  releases[0]?.();
  await vi.waitFor(() => expect(batches).toEqual([["a"], ["b"], ["c"]]));
  releases[1]?.();
  releases[2]?.();
  await vi.waitFor(() => expect(releases).toHaveLength(4));
  releases[3]?.();
  await Promise.all(rows);
});

it("fails only the row at fault", async () => {
  const { add, releases } = recorder({ fail: (rows) => (rows.includes("bad") ? new Error("row") : null) });
  const good = add("good");
  const bad = add("bad");
  const failure = bad.catch((error: Error) => error.message);
  await vi.waitFor(() => expect(releases).toHaveLength(1));
  releases[0]?.();
  await good;
  await expect(failure).resolves.toBe("row");
});

it("fails a whole batch at once when the database is away", async () => {
  const { add, batches } = recorder({ fail: () => new Error("outage") });
  const results = await Promise.allSettled([add("a"), add("b")]);
  expect(results.map((result) => result.status)).toEqual(["rejected", "rejected"]);
  expect(batches).toEqual([["a", "b"]]);
});
