import { oneOf } from "#server/api/one-of";
import { FILE_STATUSES } from "#server/protocol/vector-stores";

/**
 * The status that a list of a store's files asks for with `filter`, or null for all.
 * @throws AppError invalid_value
 */
export function parseFileFilter(query: URLSearchParams): (typeof FILE_STATUSES)[number] | null {
  const value = query.get("filter");
  return value === null || value === "" ? null : oneOf(FILE_STATUSES, value, "filter");
}
