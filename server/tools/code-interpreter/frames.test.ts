import { expect, it } from "vitest";
import { FrameReader, writeFrame } from "#server/tools/code-interpreter/frames";

const first = writeFrame({ a: "é" }, [Buffer.from("xy"), Buffer.from("z")]);
const second = writeFrame({ b: 2 });

it("puts frames together however they are cut", () => {
  const all = Buffer.concat([first, second]);
  for (let size = 1; size <= all.length; size += 1) {
    const reader = new FrameReader(1_000);
    const frames = [];
    for (let from = 0; from < all.length; from += size) frames.push(...reader.push(all.subarray(from, from + size)));
    expect(frames.map(({ message, body }) => [message, body.toString()])).toEqual([
      [{ a: "é" }, "xyz"],
      [{ b: 2 }, ""],
    ]);
  }
});

it("refuses a frame that is too large as soon as its header is there, and one that is no JSON", () => {
  expect(() => new FrameReader(first.length - 1).push(first.subarray(0, 8))).toThrow(/are allowed/);
  expect(new FrameReader(first.length).push(first)).toHaveLength(1);
  const broken = Buffer.from(second);
  broken[8] = 0;
  expect(() => new FrameReader(1_000).push(broken)).toThrow();
});
