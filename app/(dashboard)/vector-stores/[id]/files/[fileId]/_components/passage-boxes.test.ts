import { expect, test } from "vitest";
import {
  boxesOfPassage,
  type PlacedText,
} from "#app/(dashboard)/vector-stores/[id]/files/[fileId]/_components/passage-boxes";

/** A page of 100 by 100 whose y rises upwards, as PDFs have it. */
const view = {
  width: 100,
  height: 100,
  convertToViewportPoint: (x: number, y: number) => [x, 100 - y],
};

function line(str: string, y: number, x = 10): PlacedText {
  return { str, transform: [1, 0, 0, 1, x, y], width: 50, height: 10 };
}

const page = [
  line("The harbour", 90),
  line("was dredged to a", 70),
  line("", 70),
  line("depth of eleven metres.", 50),
  line("Trains leave at night", 30),
];

const topsOf = (passage: string) => boxesOfPassage(page, passage, view).map((box) => Math.round(box.top * 100));

test("the lines of a passage are marked, however its white space and case were read", () => {
  expect(topsOf("was dredged\nto a depth   of ELEVEN metres.")).toEqual([20, 40]);
  const [first] = boxesOfPassage(page, "was dredged to a depth of eleven metres.", view);
  expect(first).toEqual({ left: 0.1, top: 0.2, width: 0.5, height: expect.closeTo(0.12) });
});

test("a passage in another order than the page's is marked run by run", () => {
  expect(topsOf("Trains leave at night. The harbour was dredged to a depth of eleven metres.")).toEqual([
    0, 20, 40, 60,
  ]);
});

test("a few letters in common mark nothing", () => {
  expect(topsOf("The harbour has a mole.")).toEqual([]);
  expect(topsOf("…")).toEqual([]);
});

test("a passage shorter than a run is found whole", () => {
  expect(topsOf("The harbour")).toEqual([0]);
});
