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

test("a link to a file that code has written gives way to its chip", () => {
  const address = "sandbox:/mnt/data/a.csv";
  const cite = (text: string): Annotation => {
    const start_index = text.indexOf(address);
    const file = { container_id: "cntr_1", file_id: "cfile_1", filename: "a.csv" };
    return { type: "container_file_citation", ...file, start_index, end_index: start_index + address.length };
  };
  const linked = `Here is [the table](${address}), as asked.`;
  expect(citedText(linked, [cite(linked)])).toEqual({ text: "Here is , as asked.", places: [{ index: 8 }] });
  const plain = `It is at ${address}.`;
  expect(citedText(plain, [cite(plain)])).toEqual({ text: plain, places: [{ index: plain.length - 1 }] });
});
