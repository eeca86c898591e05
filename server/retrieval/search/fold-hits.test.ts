import { describe, expect, it } from "vitest";
import { foldHits } from "#server/retrieval/search/fold-hits";
import type { SearchHit } from "#server/retrieval/search/search-hit";

const TEXT = Array.from({ length: 60 }, (_, at) => `Sentence ${at} tells of matter ${at * 7} alone.`).join("\n\n");

/** Spans of the text, each of `size` characters but for the white space between them. */
const SPANS = [...TEXT.matchAll(/\S(?:.|\n){0,300}?\.(?=\s|$)/g)].map(({ index, 0: text }) => ({
  charStart: index,
  charEnd: index + text.length,
}));

function hit(parts: Partial<SearchHit>): SearchHit {
  return {
    ...{ chunkId: "1", vectorStoreId: "vs_1", fileId: "file-1", filename: "a.md", attributes: {}, text: "text" },
    ...{ charStart: 0, charEnd: 4, page: null, headingPath: "", tokenCount: 100, spaceBefore: null, score: 0.5 },
    ...{ vectorScore: null, keywordScore: null, vectorPlace: null, keywordPlace: null, ...parts },
  };
}

/** The nth chunk of the text, as a search would find it; later ones score less. */
function chunk(ordinal: number, parts: Partial<SearchHit> = {}): SearchHit {
  const span = SPANS[ordinal] ?? { charStart: 0, charEnd: 0 };
  const before = SPANS[ordinal - 1];
  const spaceBefore = before ? TEXT.slice(before.charEnd, span.charStart) : null;
  const text = TEXT.slice(span.charStart, span.charEnd);
  return hit({ chunkId: String(ordinal), ...span, text, spaceBefore, score: 1 - ordinal / 100, ...parts });
}

const both = { limit: 10, joinAdjacent: true };
const idsOf = (hits: SearchHit[]) => hits.map((one) => one.parts?.map((part) => part.chunkId) ?? [one.chunkId]);

describe("joining adjacent hits", () => {
  it("gives one passage with the text between them, the best one's place and scores, and all chunk ids", () => {
    const found = [chunk(5, { score: 0.9 }), chunk(20, { score: 0.8 }), chunk(4, { score: 0.7, keywordScore: 3 })];
    const results = foldHits(found, both);
    expect(idsOf(results)).toEqual([["4", "5"], ["20"]]);
    const [joined] = results;
    expect(joined).toMatchObject({ chunkId: "5", score: 0.9, keywordScore: null, tokenCount: 200 });
    expect(joined?.text).toBe(TEXT.slice(joined?.charStart, joined?.charEnd));
    expect(joined?.text).toContain("\n\n");
  });

  it("closes the gap between two results with the chunk between them, three chunks at most", () => {
    expect(idsOf(foldHits([chunk(3), chunk(5), chunk(4)], both))).toEqual([["3", "4", "5"]]);
    expect(idsOf(foldHits([chunk(1), chunk(2), chunk(3), chunk(4), chunk(5)], both))).toEqual([
      ["1", "2", "3"],
      ["4", "5"],
    ]);
  });

  it("says an overlap once", () => {
    const first = hit({ chunkId: "1", text: TEXT.slice(0, 100), charStart: 0, charEnd: 100 });
    const second = hit({ chunkId: "2", text: TEXT.slice(60, 180), charStart: 60, charEnd: 180 });
    const [joined] = foldHits([second, first], both);
    expect(joined).toMatchObject({ text: TEXT.slice(0, 180), charStart: 0, charEnd: 180, tokenCount: 164 });
  });

  it.each([
    ["of another file", { fileId: "file-2" }],
    ["of the file in another store", { vectorStoreId: "vs_2" }],
    ["of another page", { page: 2 }],
    ["whose white space before it is not known", { spaceBefore: null }],
    ["that makes it too long", { tokenCount: 1_501 }],
  ])("leaves alone a chunk %s", (_, change) => {
    expect(foldHits([chunk(4), chunk(5, change)], both)).toHaveLength(2);
  });

  it("is left out where each chunk is wanted by itself, and ends where enough results are full", () => {
    expect(foldHits([chunk(4), chunk(5)], { limit: 10, joinAdjacent: false })).toHaveLength(2);
    expect(idsOf(foldHits([chunk(4), chunk(5), chunk(9), chunk(6)], { limit: 1, joinAdjacent: true }))).toEqual([
      ["4", "5"],
    ]);
  });
});

describe("folding what says nearly the same", () => {
  const words = "The pump is switched off before the lid of the tank is lifted and the filter inside it is rinsed";
  const long = Array.from({ length: 4 }, (_, at) => `${words} by worker ${at + 1}.`).join(" ");
  const said = (text: string, chunkId: string) => hit({ chunkId, fileId: `file-${chunkId}`, text });

  it("keeps the best and names what it left out, whatever the spacing, punctuation and case", () => {
    const again = long.toUpperCase().replaceAll(". ", ";\n\n");
    const results = foldHits([said(long, "1"), said("Nothing alike.", "2"), said(again, "3")], both);
    expect(idsOf(results)).toEqual([["1"], ["2"]]);
    expect(results[0]?.duplicates).toMatchObject([{ chunkId: "3", fileId: "file-3", filename: "a.md" }]);
    expect(results[0]?.text).toBe(long);
  });

  it("folds over one changed word, but not over a changed number or a rewritten sentence", () => {
    const variants = {
      word: long.replace("lifted", "raised"),
      number: long.replace("worker 4", "worker 5"),
      sentence: long.replace(words, "Nobody touches the pump unless the foreman has said so aloud in the yard"),
    };
    const folded = Object.entries(variants).filter(
      ([, text]) => foldHits([said(long, "1"), said(text, "2")], both).length === 1,
    );
    expect(folded.map(([name]) => name)).toEqual(["word"]);
  });

  it("compares texts without spaces by their characters", () => {
    const japanese =
      "東京都の条例により、建物の所有者は毎年必ず消防設備の点検を行い、その結果を消防署長に報告しなければならない。報告は書面によるものとし、写しを五年間保存する。";
    const hits = [said(japanese, "1"), said(japanese.replace("毎年", "每年"), "2"), said("東京都の条例", "3")];
    expect(idsOf(foldHits(hits, both))).toEqual([["1"], ["3"]]);
  });

  it("takes the next hits in place of those it left out", () => {
    const hits = [said(long, "1"), said(long, "2"), said("Other.", "3"), said("And another.", "4")];
    expect(idsOf(foldHits(hits, { limit: 2, joinAdjacent: true }))).toEqual([["1"], ["3"]]);
  });
});
