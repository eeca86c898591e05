import { describe, expect, it } from "vitest";
import { quotedSentence } from "#server/engine/builder/quoted-sentence";

const PASSAGE =
  "The harbour is deep.  Every crate of saffron is weighed twice.\nThe keeper trims the lamp every four hours.";

function quote(said: string, passage = PASSAGE): string {
  const { start, end } = quotedSentence(passage, said);
  return passage.slice(start, end);
}

describe("quotedSentence", () => {
  it("is the sentence that the last statement shares most words with", () => {
    expect(quote("The harbour is deep. Saffron is weighed twice")).toBe("Every crate of saffron is weighed twice.");
    expect(quote("It is trimmed every four hours ")).toBe("The keeper trims the lamp every four hours.");
    expect(quote("Is the harbour deep? Yes, the harbour is.")).toBe("The harbour is deep.");
  });

  it("is the passage where no words are shared, and never endless", () => {
    expect(quote("灯台守")).toBe(PASSAGE);
    expect(quote("")).toBe(PASSAGE);
    expect(quote("lamp", `lamp ${"x".repeat(50_000)}`)).toHaveLength(1_000);
    expect(quote("lamp", "")).toBe("");
  });
});
