import { AppError } from "#server/errors";
import { FILE_STATUSES } from "#server/protocol/vector-stores";

/**
 * The status that a list of a store's files asks for with `filter`, or null for all.
 * @throws AppError invalid_value
 */
export function parseFileFilter(query: URLSearchParams): (typeof FILE_STATUSES)[number] | null {
  const value = query.get("filter");
  if (value === null || value === "") return null;
  const status = FILE_STATUSES.find((known) => known === value);
  if (status) return status;
  const allowed = FILE_STATUSES.map((known) => `'${known}'`).join(", ");
  throw new AppError("invalid_value", `Invalid value: '${value}'. Supported values are: ${allowed}.`, {
    param: "filter",
  });
}
