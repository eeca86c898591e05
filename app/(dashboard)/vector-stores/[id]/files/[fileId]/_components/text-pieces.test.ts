import { expect, test } from "vitest";
import { cutIntoPieces } from "#app/(dashboard)/vector-stores/[id]/files/[fileId]/_components/text-pieces";

test("pieces are the whole part, and each knows the passages that hold it", () => {
  const chunks = [
    { id: "1", charStart: 5, charEnd: 20 },
    { id: "2", charStart: 15, charEnd: 30 },
    { id: "3", charStart: 31, charEnd: 60 },
  ];
  const pieces = cutIntoPieces({ start: 10, end: 40 }, chunks, { start: 18, end: 22 });
  expect(pieces.map(({ start, end, chunkIds, found }) => [start, end, chunkIds.join("+"), found])).toEqual([
    [10, 15, "1", false],
    [15, 18, "1+2", false],
    [18, 20, "1+2", true],
    [20, 22, "2", true],
    [22, 30, "2", false],
    [30, 31, "", false],
    [31, 40, "3", false],
  ]);
});

test("a part without passages is one piece, an empty part none", () => {
  expect(cutIntoPieces({ start: 0, end: 9 }, [], null)).toEqual([{ start: 0, end: 9, chunkIds: [], found: false }]);
  expect(cutIntoPieces({ start: 0, end: 0 }, [], null)).toEqual([]);
});
