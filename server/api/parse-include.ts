import { AppError } from "#server/errors";
import { INCLUDES, type Include } from "#server/protocol/request";

function isInclude(value: string): value is Include {
  return INCLUDES.some((known) => known === value);
}

/**
 * `include` and `include[]` of a query, repeated or comma-separated, as the SDKs spell it.
 * @throws AppError invalid_value for a value that there is not
 */
export function parseInclude(query: URLSearchParams): Include[] {
  const values = [...query.getAll("include"), ...query.getAll("include[]")].flatMap((value) => value.split(","));
  return values
    .filter((value) => value !== "")
    .map((value, index) => {
      if (isInclude(value)) return value;
      const allowed = INCLUDES.map((known) => `'${known}'`).join(", ");
      throw new AppError("invalid_value", `Invalid value: '${value}'. Supported values are: ${allowed}.`, {
        param: `include[${index}]`,
      });
    });
}
