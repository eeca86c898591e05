import { describe, expect, it } from "vitest";
import { pageOfIds } from "#server/services/responses/list-input-items";

const IDS = ["a", "b", "c", "d", "e"];
const query = { limit: 2, order: "asc" as const, after: null, before: null };

describe("pageOfIds", () => {
  it.each([
    ["the first page", {}, ["a", "b"], true],
    ["newest first", { order: "desc" as const }, ["e", "d"], true],
    ["after an item", { after: "b" }, ["c", "d"], true],
    ["the last page", { after: "d" }, ["e"], false],
    ["exactly the rest", { after: "c" }, ["d", "e"], false],
    ["after the last", { after: "e" }, [], false],
    ["the page right before an item", { before: "d" }, ["b", "c"], true],
    ["the first page, backwards", { before: "c" }, ["a", "b"], false],
    ["between two items", { after: "a", before: "e", limit: 9 }, ["b", "c", "d"], false],
    ["between two items, cut", { after: "a", before: "e" }, ["b", "c"], true],
    ["before an item, newest first", { order: "desc" as const, before: "b" }, ["d", "c"], true],
    ["all", { limit: 5 }, IDS, false],
  ])("gives %s", (...[, change, ids, hasMore]) => {
    expect(pageOfIds(IDS, { ...query, ...change })).toEqual({ ids, hasMore });
  });

  it("walks every item once, in both orders, for every limit", () => {
    for (const order of ["asc", "desc"] as const) {
      for (let limit = 1; limit <= 6; limit++) {
        const seen: string[] = [];
        let after: string | null = null;
        for (;;) {
          const page = pageOfIds(IDS, { limit, order, after, before: null });
          seen.push(...page.ids);
          if (!page.hasMore) break;
          after = page.ids.at(-1) ?? null;
        }
        expect(seen).toEqual(order === "asc" ? IDS : IDS.toReversed());
      }
    }
  });

  it("refuses an id that is not in the list", () => {
    expect(() => pageOfIds(IDS, { ...query, after: "x" })).toThrow("Invalid 'after'");
  });
});
