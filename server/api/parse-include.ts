import { oneOf } from "#server/api/one-of";
import { INCLUDES, type Include } from "#server/protocol/request";

/**
 * `include` and `include[]` of a query, repeated or comma-separated, as the SDKs spell it.
 * @throws AppError invalid_value for a value that there is not
 */
export function parseInclude(query: URLSearchParams): Include[] {
  const values = [...query.getAll("include"), ...query.getAll("include[]")].flatMap((value) => value.split(","));
  return values.filter((value) => value !== "").map((value, index) => oneOf(INCLUDES, value, `include[${index}]`));
}
