import { RequestProblem } from "#server/protocol/problem";

/** A page of a list that runs by creation time. */
export interface ListQuery {
  limit: number;
  order: "asc" | "desc";
  /** Id of the item before the page. */
  after: string | null;
  /** Id of the item after the page. */
  before: string | null;
}

export interface ListPage<T> {
  object: "list";
  data: T[];
  /** Empty, as `last_id`, where the page is: the published contract knows no null here. */
  first_id: string;
  last_id: string;
  has_more: boolean;
}

export interface ListBounds {
  maxLimit?: number;
  defaultLimit?: number;
  defaultOrder?: "asc" | "desc";
}

/**
 * Reads `limit` (1 to `maxLimit`), `order`, `after` and `before` of a list request.
 * Throws RequestProblem naming the parameter and what it allows.
 */
export function parseListQuery(
  query: URLSearchParams,
  { maxLimit = 100, defaultLimit = 20, defaultOrder = "desc" }: ListBounds = {},
): ListQuery {
  return {
    limit: parseLimit(query.get("limit"), { maxLimit, defaultLimit }),
    order: parseOrder(query.get("order"), defaultOrder),
    after: query.get("after") || null,
    before: query.get("before") || null,
  };
}

/** A page as the API answers it; `hasMore`: there are more in the direction of paging. */
export function toListPage<T extends { id: string }>(data: T[], hasMore: boolean): ListPage<T> {
  return {
    object: "list",
    data,
    first_id: data[0]?.id ?? "",
    last_id: data.at(-1)?.id ?? "",
    has_more: hasMore,
  };
}

function parseLimit(
  value: string | null,
  { maxLimit, defaultLimit }: { maxLimit: number; defaultLimit: number },
): number {
  if (value === null || value === "") return defaultLimit;
  const limit = Number(value);
  if (!Number.isInteger(limit)) {
    throw new RequestProblem(
      "invalid_type",
      `Invalid type for 'limit': expected an integer, but got '${value}' instead.`,
      {
        param: "limit",
      },
    );
  }
  if (limit < 1) {
    throw new RequestProblem(
      "integer_below_min_value",
      `Invalid 'limit': integer below minimum value. Expected a value >= 1, but got ${limit} instead.`,
      { param: "limit" },
    );
  }
  if (limit > maxLimit) {
    throw new RequestProblem(
      "integer_above_max_value",
      `Invalid 'limit': integer above maximum value. Expected a value <= ${maxLimit}, but got ${limit} instead.`,
      { param: "limit" },
    );
  }
  return limit;
}

function parseOrder(value: string | null, defaultOrder: "asc" | "desc"): "asc" | "desc" {
  if (value === null || value === "") return defaultOrder;
  if (value === "asc" || value === "desc") return value;
  throw new RequestProblem("invalid_value", `Invalid value: '${value}'. Supported values are: 'asc' and 'desc'.`, {
    param: "order",
  });
}
