import { expect, it } from "vitest";
import { niceAxis } from "./axis.tsx";

it.each([
  [0, true, [0, 1]],
  [1, true, [0, 1]],
  [3, true, [0, 1, 2, 3]],
  [17, true, [0, 5, 10, 15, 20]],
  [640, true, [0, 200, 400, 600, 800]],
  [0.034, false, [0, 0.01, 0.02, 0.03, 0.04]],
])("ticks up to %d (whole: %s)", (largest, whole, ticks) => {
  expect(niceAxis(largest, whole).ticks.map((tick) => Number(tick.toFixed(6)))).toEqual(ticks);
});
