import { expect, test } from "vitest";
import { InputText } from "#server/engine/builder/input-text";

const TEXTS = ["", "SELECT 1", 'say "hi"', "a\\b\n\tc", "wörld 🌍", "\u2028", "}"];

function read(pieces: string[]): { said: string[]; text: string } {
  const input = new InputText();
  const said = pieces.map((piece) => input.push(piece));
  return { said, text: said.join("") + input.finish() };
}

test.each(TEXTS)("reads %j out of its JSON, however that is cut", (text) => {
  for (const json of [
    JSON.stringify({ input: text }),
    `{ "input" : ${JSON.stringify(text).replaceAll("🌍", "\\ud83c\\udf0d")} }`,
  ]) {
    for (let cut = 0; cut <= json.length; cut += 1) {
      expect(read([json.slice(0, cut), json.slice(cut)]).text).toBe(text);
    }
    expect(read([...json]).text).toBe(text);
  }
});

test("says what is certain at once, and never half a character", () => {
  expect(read(['{"input":"SEL', "ECT \\", "n1 \\ud83c", '\\udf0d"}']).said).toEqual(["SEL", "ECT ", "\n1 ", "🌍"]);
});

test("takes a line break as a model may leave it in the JSON", () => {
  expect(read(['{"input":"a\nb"}']).text).toBe("a\nb");
});

test.each(["SELECT 1", '{"query":"x"}', ""])("takes %j, which is not of that form, as the text itself", (text) => {
  expect(read([text]).text).toBe(text);
});
