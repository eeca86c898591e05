import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CitationScanner, type Segment } from "#server/engine/builder/citation-scanner";

/** What a reader sees of the pieces: the text, and each marker with the offset at which it stood. */
function read(pieces: readonly string[]): { text: string; marks: string[] } {
  const scanner = new CitationScanner();
  const segments: Segment[] = [...pieces.flatMap((piece) => scanner.push(piece)), ...scanner.flush()];
  let text = "";
  const marks: string[] = [];
  for (const segment of segments) {
    if (segment.type === "text") text += segment.text;
    else marks.push(`${segment.marker}@${text.length}`);
  }
  return { text, marks };
}

describe("citation markers", () => {
  test.each<[string[], string, string[]]>([
    [["Plain text."], "Plain text.", []],
    [["It is so【1】."], "It is so.", ["【1】@8"]],
    [["It is so 【1】."], "It is so.", ["【1】@8"]],
    [["It is so. 【1】 Next."], "It is so. Next.", ["【1】@9"]],
    [["It is so【1】 and so【2】."], "It is so and so.", ["【1】@8", "【2】@15"]],
    [["so 【1】【12】."], "so.", ["【1】@2", "【12】@2"]],
    [["so 【1】 【2】 and"], "so and", ["【1】@2", "【2】@2"]],
    [["so 【1】and"], "so and", ["【1】@2"]],
    [["so【1】and"], "soand", ["【1】@2"]],
    [["so", " ", "【", "1", "2", "】", "."], "so.", ["【12】@2"]],
    [["so 【1"], "so 【1", []],
    [["so 【"], "so 【", []],
    [["【重要】 note"], "【重要】 note", []],
    [["【【3】】"], "【】", ["【3】@1"]],
    [["a【3:1†notes.md】b"], "ab", ["【3】@1"]],
    [["a【4†source】."], "a.", ["【4】@1"]],
    [["a【1234567】b"], "a【1234567】b", []],
    [["ends 【1】"], "ends", ["【1】@4"]],
    [["ends 【1】", "  "], "ends", ["【1】@4"]],
    [["trailing "], "trailing ", []],
    [["line 【1】\nnext"], "line\nnext", ["【1】@4"]],
    [["😀【1】."], "😀.", ["【1】@2"]],
  ])("%j", (pieces, text, marks) => {
    expect(read(pieces)).toEqual({ text, marks });
  });

  test("text that cannot become a marker is not held back", () => {
    const scanner = new CitationScanner();
    expect(scanner.push("Hello")).toEqual([{ type: "text", text: "Hello" }]);
    expect(scanner.push(" 【")).toEqual([]);
    expect(scanner.push("note")).toEqual([{ type: "text", text: " 【note" }]);
  });

  const word = fc.constantFrom(
    "a",
    "word",
    " ",
    "  ",
    ".",
    ", ",
    "【",
    "】",
    "【1】",
    " 【23】",
    "【4†x】",
    "†",
    ":",
    "7",
    "\n",
    "重",
  );

  test("however the text is cut, the reader sees the same", () => {
    fc.assert(
      fc.property(fc.array(word, { maxLength: 24 }), fc.array(fc.nat(6), { maxLength: 40 }), (words, cuts) => {
        const whole = words.join("");
        const pieces: string[] = [];
        let from = 0;
        for (const cut of cuts) {
          pieces.push(whole.slice(from, from + cut));
          from += cut;
        }
        pieces.push(whole.slice(from));
        expect(read(pieces)).toEqual(read([whole]));
      }),
      { numRuns: 2000, seed: 20_260_424 },
    );
  });

  test("nothing but markers and spaces is taken out of the text", () => {
    fc.assert(
      fc.property(fc.array(word, { maxLength: 24 }), (words) => {
        const whole = words.join("");
        const { text } = read([whole]);
        const bare = whole.replace(/【\d{1,6}(?:[:†][^】\n]{0,64})?】/g, "").replaceAll(" ", "");
        expect(text.replaceAll(" ", "")).toBe(bare);
      }),
      { numRuns: 2000, seed: 20_260_424 },
    );
  });
});
