import { AppError } from "#server/errors";

/**
 * `value` as one of the `known` ones; `param` names it in the refusal.
 * @throws AppError invalid_value
 */
export function oneOf<Known extends string>(known: readonly Known[], value: string, param: string): Known {
  const found = known.find((each) => each === value);
  if (found !== undefined) return found;
  const allowed = known.map((each) => `'${each}'`).join(", ");
  throw new AppError("invalid_value", `Invalid value: '${value}'. Supported values are: ${allowed}.`, { param });
}
