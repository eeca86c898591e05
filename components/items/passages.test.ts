import { describe, expect, it } from "vitest";
import { citedPassage, findQuote, sentenceBefore } from "./passages.tsx";

const passage = (file_id: string, text: string) => ({
  file_id,
  filename: `${file_id}.pdf`,
  text,
  score: 0.5,
  attributes: {},
});

describe("sentenceBefore", () => {
  it("goes back to where the sentence begins", () =>
    expect(sentenceBefore("First. The network timestamps it.", 33)).toBe("The network timestamps it."));
  it("takes the whole text of a first sentence", () => expect(sentenceBefore("Only this.", 10)).toBe("Only this."));
});

describe("citedPassage", () => {
  const text = "The longest chain serves as proof of work.";
  const citation = { type: "file_citation" as const, file_id: "a", filename: "a.pdf", index: text.length };
  it("finds the passage that was quoted, not the first of its file", () => {
    const quoted = passage("a", "nodes agree that the longest chain serves as proof of the sequence and work");
    expect(citedPassage(citation, text, [passage("a", "an unrelated part"), passage("b", text), quoted])).toBe(quoted);
  });
  it("is null without a passage of that file", () =>
    expect(citedPassage(citation, text, [passage("b", text)])).toBeNull());
});

describe("findQuote", () => {
  const text = "Before. The longest chain\n serves (as proof) of work. After.";
  it("finds quoted words across line breaks", () => {
    const { start, end } = findQuote(text, "a.pdf, page 2: “The longest chain serves (as proof) of work.”");
    expect(text.slice(start, end)).toBe("The longest chain\n serves (as proof) of work.");
  });
  it("is empty for words that are not there, or too few", () => {
    expect(findQuote(text, "Something else was said here")).toEqual({ start: 0, end: 0 });
    expect(findQuote(text, "After.")).toEqual({ start: 0, end: 0 });
  });
});
