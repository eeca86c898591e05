import { expect, test } from "vitest";
import { isAppError } from "#server/errors";
import { parseListQuery, toListPage } from "#server/protocol/list";

test("a list query has OpenAI's defaults", () => {
  expect(parseListQuery(new URLSearchParams())).toEqual({ limit: 20, order: "desc", after: null, before: null });
  expect(parseListQuery(new URLSearchParams("limit=3&order=asc&after=a&before=b"))).toEqual({
    limit: 3,
    order: "asc",
    after: "a",
    before: "b",
  });
  expect(parseListQuery(new URLSearchParams("limit=10000"), { maxLimit: 10_000 }).limit).toBe(10_000);
});

test.each([
  ["limit=0", "integer_below_min_value", "limit"],
  ["limit=101", "integer_above_max_value", "limit"],
  ["limit=x", "invalid_type", "limit"],
  ["limit=1.5", "invalid_type", "limit"],
  ["order=up", "invalid_value", "order"],
])("%s is refused with %s", (query, code, param) => {
  let caught: unknown;
  try {
    parseListQuery(new URLSearchParams(query));
  } catch (error) {
    caught = error;
  }
  expect(isAppError(caught) && { code: caught.code, param: caught.param }).toEqual({ code, param });
});

test("a page names its ends and says whether there is more", () => {
  expect(toListPage([{ id: "a" }, { id: "b" }], true)).toEqual({
    object: "list",
    data: [{ id: "a" }, { id: "b" }],
    first_id: "a",
    last_id: "b",
    has_more: true,
  });
  expect(toListPage([], false)).toEqual({ object: "list", data: [], first_id: "", last_id: "", has_more: false });
});
