import { expect, test } from "vitest";
import { citedText } from "#components/items/cited-text";
import type { Annotation } from "#server/protocol/content";

const page = (text: string, cited: string): Annotation => {
  const start_index = text.indexOf(cited);
  return {
    type: "url_citation",
    url: "https://a.example/",
    title: "A",
    start_index,
    end_index: start_index + cited.length,
  };
};

test("a link that a citation spans gives way to its chip, and what follows moves up", () => {
  const link = "([a.example](https://a.example/))";
  const text = `Cats purr. ${link}\nDogs bark. Birds sing.`;
  const file: Annotation = { type: "file_citation", file_id: "f", filename: "f", index: text.indexOf(" Birds") };
  const { text: shown, places } = citedText(text, [page(text, link), file]);
  expect(shown).toBe("Cats purr.\nDogs bark. Birds sing.");
  expect(places.map(({ index }) => shown.slice(0, index))).toEqual(["Cats purr.", "Cats purr.\nDogs bark."]);
});

test("other text that a citation spans stays", () => {
  const text = "Cats purr, says A.";
  expect(citedText(text, [page(text, "Cats purr")])).toEqual({ text, places: [{ index: 9 }] });
  expect(citedText(text, [])).toEqual({ text, places: [] });
});
