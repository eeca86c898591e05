import type { ListQuery } from "#server/protocol/list";

export interface Page<T> {
  rows: T[];
  /** True when there are more in the direction of paging. */
  hasMore: boolean;
}

/**
 * Reads one page of a list by `read`, which must answer rows in the asked order between the cursors, at most `limit`.
 * With only `before`, it is the page that ends right before that cursor.
 */
export async function readPage<T>(query: ListQuery, read: (query: ListQuery) => Promise<T[]>): Promise<Page<T>> {
  const backwards = query.before !== null && query.after === null;
  const asked = backwards ? { ...query, order: opposite(query.order), after: query.before, before: null } : query;
  const found = await read({ ...asked, limit: query.limit + 1 });
  const rows = found.slice(0, query.limit);
  return { rows: backwards ? rows.toReversed() : rows, hasMore: found.length > query.limit };
}

function opposite(order: ListQuery["order"]): ListQuery["order"] {
  return order === "asc" ? "desc" : "asc";
}
