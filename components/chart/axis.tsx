/** A round top for an axis that starts at zero, and the two to four ticks under it. `whole`: no fractions. */
export function niceAxis(largest: number, whole = true): { top: number; ticks: number[] } {
  if (!(largest > 0)) return { top: 1, ticks: [0, 1] };
  const power = 10 ** Math.floor(Math.log10(largest));
  const candidates = [1, 2, 3, 4, 5, 6, 8, 10].map((factor) => factor * power);
  const fitting = candidates.find((candidate) => candidate >= largest * 0.999) ?? power * 10;
  const top = whole ? Math.max(1, Math.ceil(fitting)) : fitting;
  const parts = [4, 3, 2].find((count) => !whole || Number.isInteger(top / count)) ?? 1;
  return { top, ticks: Array.from({ length: parts + 1 }, (_, at) => (top / parts) * at) };
}
