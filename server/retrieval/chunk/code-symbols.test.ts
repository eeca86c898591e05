import { describe, expect, it } from "vitest";
import { codeSymbols } from "#server/retrieval/chunk/code-symbols";

const found = (text: string) => codeSymbols(text).map(({ level, title }) => [title, level]);

describe("codeSymbols", () => {
  it.each([
    [
      "class Reader:\n    async def read(self):\n        pass\n",
      [
        ["Reader", 1],
        ["read", 5],
      ],
    ],
    [
      "export default async function load(a) {}\nexport const LIMIT = 3;\n  const inner = 1;",
      [
        ["load", 1],
        ["LIMIT", 1],
      ],
    ],
    ["func (s *Server) Close() error {\n", [["Close", 1]]],
    [
      "pub(crate) struct Pool<T> {}\nimpl<T> Pool<T> {\n    pub fn get(&self) {}\n}",
      [
        ["Pool", 1],
        ["Pool", 1],
        ["get", 5],
      ],
    ],
    [
      "public abstract class Shape {\n\tprivate enum Kind { A }\n}",
      [
        ["Shape", 1],
        ["Kind", 5],
      ],
    ],
    ["Prose about a class of readers.\nreturn function () {};\n", []],
  ])("reads %j", (text, symbols) => {
    expect(found(text)).toEqual(symbols);
  });

  it("says where each declaration's line begins, and takes long lines without delay", () => {
    const text = `${"x ".repeat(500_000)}\nfn late() {}`;
    expect(codeSymbols(text)).toEqual([{ level: 1, title: "late", start: 1_000_001 }]);
  });
});
