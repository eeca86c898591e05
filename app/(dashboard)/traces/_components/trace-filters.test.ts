import { describe, expect, it } from "vitest";
import { filterHref, readFilters, toListInput } from "./trace-filters.tsx";

describe("the filters in the URL", () => {
  it("come back as they were", () => {
    const filters = {
      window: "24h",
      status: "error",
      model: "openai/gpt-5",
      search: "a & b",
      minDurationMs: 2000,
    } as const;
    expect(readFilters(new URL(filterHref(filters), "http://x").searchParams)).toEqual(filters);
  });
  it("leave out what is not understood", () =>
    expect(readFilters(new URLSearchParams("status=bad&minDurationMs=-1&window=9y&model=%20"))).toEqual({
      window: "all",
    }));
  it("are absent from the plain address", () => expect(filterHref({ window: "all" })).toBe("/traces"));
});

it("turns a window into a moment", () =>
  expect(toListInput({ window: "1h", model: "m" }, 10_000_000)).toEqual({ model: "m", from: 6_400_000 }));
