import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readFirstWords } from "#server/api/first-words";
import { setClock } from "#server/clock";
import { type FakeClock, installFakeClock } from "#tests/support/fake-clock";

const PATIENCE_MS = 15_000;
let time: FakeClock;

beforeEach(() => {
  time = installFakeClock(1_000_000);
});
afterEach(() => setClock());

async function* say(...words: string[]): AsyncGenerator<string> {
  yield* words;
}

const framed = (word: string) => (word === "" ? "" : `<${word}>`);

async function restOf(rest: AsyncIterable<string>): Promise<string[]> {
  const words: string[] = [];
  for await (const word of rest) words.push(word);
  return words;
}

describe("the first words of a stream", () => {
  it("are the first that make a frame; the rest stays to be read", async () => {
    const opening = await readFirstWords(say("", "", "one", "two", ""), framed, PATIENCE_MS);
    expect(opening.frames).toBe("<one>");
    expect(await restOf(opening.rest)).toEqual(["two", ""]);
  });

  it("are none when it ends without any", async () => {
    const opening = await readFirstWords(say("", ""), framed, PATIENCE_MS);
    expect(opening.frames).toBe("");
    expect(await restOf(opening.rest)).toEqual([]);
  });

  it("are not waited for longer than the patience, and nothing is lost", async () => {
    const { promise: thought, resolve: think } = Promise.withResolvers<void>();
    async function* slow(): AsyncGenerator<string> {
      yield "";
      await thought;
      yield "late";
      yield "later";
    }
    const opening = readFirstWords(slow(), framed, PATIENCE_MS);
    await new Promise(setImmediate);
    time.advance(PATIENCE_MS);
    const { frames, rest } = await opening;
    expect(frames).toBe("");
    think();
    expect(await restOf(rest)).toEqual(["late", "later"]);
  });

  it("fail as the stream does", async () => {
    async function* broken(): AsyncGenerator<string> {
      yield "";
      throw new Error("broken");
    }
    await expect(readFirstWords(broken(), framed, PATIENCE_MS)).rejects.toThrow("broken");
  });
});
