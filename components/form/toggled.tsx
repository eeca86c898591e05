/** The values with `value` among them once, as the last, or without it. */
export function toggled<T>(values: readonly T[], value: T, on: boolean): T[] {
  const others = values.filter((each) => each !== value);
  return on ? [...others, value] : others;
}
