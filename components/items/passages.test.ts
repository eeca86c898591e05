import { describe, expect, it } from "vitest";
import { citedPassage, sentenceBefore } from "./passages.tsx";

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
