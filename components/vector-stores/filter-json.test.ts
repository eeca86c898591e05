import { describe, expect, it } from "vitest";
import { describeCondition, parseFilter, toDraft, toFilter } from "#components/vector-stores/filter-json";

const line = { id: "1", key: "year", operator: "gte" as const, value: "2000" };

describe("the filter builder", () => {
  it("writes one line as a comparison, several as a compound", () => {
    expect(toFilter({ join: "and", lines: [line] })).toEqual({ type: "gte", key: "year", value: 2000 });
    const named = { id: "2", key: " lang ", operator: "in" as const, value: 'en, "12"' };
    expect(toFilter({ join: "or", lines: [line, named, { ...line, key: "" }] })).toEqual({
      type: "or",
      filters: [
        { type: "gte", key: "year", value: 2000 },
        { type: "in", key: "lang", value: ["en", "12"] },
      ],
    });
    expect(toFilter({ join: "and", lines: [] })).toBeNull();
  });

  it("comes back from the JSON it wrote, types of values included", () => {
    for (const value of [2000, "2000", true, "true", "", "a b"]) {
      const filter = { type: "eq" as const, key: "k", value };
      const draft = toDraft(filter);
      expect(draft && toFilter(draft)).toEqual(filter);
    }
    const nested = {
      type: "and" as const,
      filters: [{ type: "or" as const, filters: [{ ...line, type: "eq" as const }] }],
    };
    expect(toDraft(nested)).toBeNull();
  });

  it("says what is wrong with JSON that is no filter", () => {
    expect(parseFilter("{")).toEqual({ problem: "This is not JSON." });
    expect(parseFilter('{"type":"gt","key":"year"}')).toEqual({ problem: expect.stringContaining("value") });
    expect(parseFilter(" ")).toEqual({ filter: null });
    expect(parseFilter('{"type":"gt","key":"year","value":1}')).toEqual({
      filter: { type: "gt", key: "year", value: 1 },
    });
  });

  it("puts a condition into words", () => {
    expect(describeCondition({ type: "gte", key: "year", value: 2000 })).toBe("year ≥ 2000");
  });
});
